import { asciiLower, toByteText } from "./ascii.ts";
import { type CharacterSet, inSet, readSet } from "./glob-set.ts";

/** Tells whether a string fits a pattern. */
export type Matcher = (text: string) => boolean;

/** One place of a pattern: a byte, any byte, one of a set, or any number of any. */
type Token = "any" | "many" | { readonly char: string } | { readonly set: CharacterSet };

/**
 * Matches whole strings as fnmatch(3) without flags does: `*`, `?`, `[...]` and backslash; `*` goes over slashes. As in
 * Falco it is bytes that are matched: a letter beyond ASCII is two of them or more, and has no case. Takes no more steps
 * than pattern times string is long.
 */
export function compileGlob(pattern: string, ignoreCase = false): Matcher {
  const folded = ignoreCase ? asciiLower(pattern) : pattern;
  const pieces = piecesOf(folded);
  if (pieces !== undefined) {
    const matches = matchPieces(pieces);
    return ignoreCase ? (text) => matches(asciiLower(text)) : matches;
  }
  const tokens = tokenize(toByteText(folded));
  if (tokens === undefined) return () => false;
  return (text) => {
    const plain = toByteText(text);
    return matchTokens(tokens, ignoreCase ? asciiLower(plain) : plain, plain);
  };
}

/** What stands between the `*` of a pattern that has nothing else special: bytes or not is the same to it. */
function piecesOf(pattern: string): readonly string[] | undefined {
  return /[?[\\]/.test(pattern) ? undefined : pattern.split("*");
}

/** Whether a text begins with the first piece, ends with the last, and has the others between them, in order. */
function matchPieces(pieces: readonly string[]): Matcher {
  const [head = "", ...rest] = pieces;
  const tail = rest.pop();
  if (tail === undefined) return (text) => text === head;
  const least = head.length + tail.length;
  if (rest.every((piece) => piece === ""))
    return (text) => text.length >= least && text.startsWith(head) && text.endsWith(tail);
  return (text) => {
    if (text.length < least || !text.startsWith(head) || !text.endsWith(tail)) return false;
    let at = head.length;
    for (const piece of rest) {
      const found = text.indexOf(piece, at);
      if (found < 0) return false;
      at = found + piece.length;
    }
    return at <= text.length - tail.length;
  };
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

/** `plain`: the text as it was before its case was taken away, by which classes such as `[:upper:]` go. */
function matchTokens(tokens: readonly Token[], text: string, plain: string): boolean {
  let token = 0;
  let at = 0;
  // Where to go on when what follows the last `*` did not fit: one byte further.
  let retryToken = -1;
  let retryAt = 0;
  while (at < text.length) {
    const current = tokens[token];
    if (current === "many") {
      retryToken = ++token;
      retryAt = at;
    } else if (current !== undefined && fits(current, text.charAt(at), plain.charAt(at))) {
      token++;
      at++;
    } else if (retryToken >= 0) {
      token = retryToken;
      at = ++retryAt;
    } else {
      return false;
    }
  }
  while (tokens[token] === "many") token++;
  return token === tokens.length;
}

function fits(token: Exclude<Token, "many">, char: string, plain: string): boolean {
  if (token === "any") return true;
  return "char" in token ? token.char === char : inSet(token.set, char, plain);
}
