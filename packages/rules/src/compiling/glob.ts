import { matcherOfPieces } from "../wildcard.ts";
import { asciiLower, toByteText } from "./ascii.ts";
import { type CharacterSet, inSet, readSet } from "./glob-set.ts";

/** Tells whether a string fits a pattern. */
export type Matcher = (text: string) => boolean;

/** One place of a pattern: a byte, any byte, one of a set, or any number of any. */
type Token = "any" | "many" | { readonly char: string } | { readonly set: CharacterSet };

/**
 * Matches whole strings as fnmatch(3) without flags does: `*`, `?`, `[...]` and backslash; `*` goes over slashes. As in
 * Falco it is bytes that are matched: a letter beyond ASCII is two of them or more, and has no case. Takes time linear in the
 * string: a step a byte for each 32 bytes of the pattern.
 */
export function compileGlob(pattern: string, ignoreCase = false): Matcher {
  const folded = ignoreCase ? asciiLower(pattern) : pattern;
  if (!/[?[\\]/.test(folded)) {
    // Where nothing else is special, bytes or not is the same.
    const matches = matcherOfPieces(folded.split("*"));
    return ignoreCase ? (text) => matches(asciiLower(text)) : matches;
  }
  const tokens = tokenize(toByteText(folded));
  return tokens === undefined ? () => false : matcherOfTokens(tokens, ignoreCase);
}

/** `undefined`: a backslash at the end, with which nothing fits. */
function tokenize(pattern: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern.charAt(i);
    if (char === "*") {
      if (tokens.at(-1) !== "many") tokens.push("many");
    } else if (char === "?") {
      tokens.push("any");
    } else if (char === "\\") {
      if (++i === pattern.length) return undefined;
      tokens.push({ char: pattern.charAt(i) });
    } else if (char === "[") {
      const found = readSet(pattern, i + 1);
      // A bracket that is never closed stands for itself.
      tokens.push(found === undefined ? { char } : { set: found.set });
      i = found?.end ?? i;
    } else {
      tokens.push({ char });
    }
  }
  return tokens;
}

/**
 * Goes through a text once, at all places of the pattern at a time: bit i of `state` is set where the first i of the tokens
 * that take a byte have taken what has been seen.
 */
function matcherOfTokens(tokens: readonly Token[], ignoreCase: boolean): Matcher {
  const takers = tokens.filter((token) => token !== "many");
  const words = (takers.length >> 5) + 1;
  /** Where any number of bytes may stand. */
  const stays = new Int32Array(words);
  let place = 0;
  for (const token of tokens) {
    if (token === "many") setBit(stays, place);
    else place++;
  }
  /** Which tokens take a byte, made when it is first seen. */
  const rows: (Int32Array | undefined)[] = [];
  const rowOf = (byte: number): Int32Array => {
    const plain = String.fromCharCode(byte);
    const char = ignoreCase ? asciiLower(plain) : plain;
    const row = new Int32Array(words);
    for (const [i, token] of takers.entries()) if (fits(token, char, plain)) setBit(row, i + 1);
    rows[byte] = row;
    return row;
  };
  const state = new Int32Array(words);
  return (text) => {
    const bytes = toByteText(text);
    state.fill(0);
    setBit(state, 0);
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes.charCodeAt(at);
      const row = rows[byte] ?? rowOf(byte);
      let carried = 0;
      let left = 0;
      for (let i = 0; i < words; i++) {
        const before = state[i] ?? 0;
        const after = (((before << 1) | carried) & (row[i] ?? 0)) | (before & (stays[i] ?? 0));
        carried = before >>> 31;
        state[i] = after;
        left |= after;
      }
      if (left === 0) return false;
    }
    return hasBit(state, takers.length);
  };
}

function setBit(bits: Int32Array, i: number): void {
  bits[i >> 5] = (bits[i >> 5] ?? 0) | (1 << (i & 31));
}

function hasBit(bits: Int32Array, i: number): boolean {
  return ((bits[i >> 5] ?? 0) & (1 << (i & 31))) !== 0;
}

/** `plain`: the byte as it was before its case was taken away, by which classes such as `[:upper:]` go. */
function fits(token: Exclude<Token, "many">, char: string, plain: string): boolean {
  if (token === "any") return true;
  return "char" in token ? token.char === char : inSet(token.set, char, plain);
}
