/** Tells whether a string fits a pattern. */
export type Matcher = (text: string) => boolean;

/** One place of a pattern: a character, any character, one of a set, or any number of any. */
type Token = "any" | "many" | { readonly char: string } | { readonly set: CharacterSet };

interface CharacterSet {
  readonly negated: boolean;
  readonly chars: ReadonlySet<string>;
  readonly ranges: readonly (readonly [from: string, to: string])[];
  readonly classes: readonly RegExp[];
}

const classes: Readonly<Record<string, RegExp>> = {
  alnum: /[a-zA-Z0-9]/,
  alpha: /[a-zA-Z]/,
  blank: /[ \t]/,
  cntrl: /\p{Cc}/u,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /\s/,
  upper: /[A-Z]/,
  xdigit: /[0-9a-fA-F]/,
};

/**
 * Matches whole strings as fnmatch(3) without flags does: `*`, `?`, `[...]` and backslash; `*` goes over slashes. Takes
 * no more steps than pattern times string is long.
 */
export function compileGlob(pattern: string, ignoreCase = false): Matcher {
  const tokens = tokenize(ignoreCase ? pattern.toLowerCase() : pattern);
  return (text) => matches(tokens, ignoreCase ? text.toLowerCase() : text);
}

function tokenize(pattern: string): readonly Token[] {
  const chars = Array.from(pattern);
  const tokens: Token[] = [];
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i] ?? "";
    if (char === "*") {
      if (tokens.at(-1) !== "many") tokens.push("many");
    } else if (char === "?") {
      tokens.push("any");
    } else if (char === "\\" && i + 1 < chars.length) {
      i++;
      tokens.push({ char: chars[i] ?? "" });
    } else if (char === "[") {
      const found = readSet(chars, i + 1);
      // A bracket that is never closed stands for itself.
      tokens.push(found === undefined ? { char } : { set: found.set });
      i = found?.end ?? i;
    } else {
      tokens.push({ char });
    }
  }
  return tokens;
}

function readSet(chars: readonly string[], start: number): { set: CharacterSet; end: number } | undefined {
  let i = start;
  const negated = chars[i] === "!" || chars[i] === "^";
  if (negated) i++;
  const members = new Set<string>();
  const ranges: [string, string][] = [];
  const named: RegExp[] = [];
  for (let first = true; i < chars.length; i++, first = false) {
    let char = chars[i] ?? "";
    if (char === "]" && !first) return { set: { negated, chars: members, ranges, classes: named }, end: i };
    const name = char === "[" && chars[i + 1] === ":" ? className(chars, i + 2) : undefined;
    if (name !== undefined) {
      const known = classes[name];
      if (known !== undefined) named.push(known);
      i += name.length + 3;
      continue;
    }
    if (char === "\\" && i + 1 < chars.length) char = chars[++i] ?? "";
    const to = chars[i + 2];
    if (chars[i + 1] === "-" && to !== undefined && to !== "]") {
      ranges.push([char, to]);
      i += 2;
    } else {
      members.add(char);
    }
  }
  return undefined;
}

function className(chars: readonly string[], start: number): string | undefined {
  const name = /^([a-z]{1,10}):\]/.exec(chars.slice(start, start + 12).join(""));
  return name?.[1];
}

function matches(tokens: readonly Token[], text: string): boolean {
  let token = 0;
  let at = 0;
  // Where to go on when what follows the last `*` did not fit: one character further.
  let retryToken = -1;
  let retryAt = 0;
  while (at < text.length) {
    const current = tokens[token];
    if (current === "many") {
      retryToken = ++token;
      retryAt = at;
      continue;
    }
    const char = charAt(text, at);
    if (current !== undefined && fits(current, char)) {
      token++;
      at += char.length;
    } else if (retryToken >= 0) {
      token = retryToken;
      retryAt += charAt(text, retryAt).length;
      at = retryAt;
    } else {
      return false;
    }
  }
  while (tokens[token] === "many") token++;
  return token === tokens.length;
}

function charAt(text: string, at: number): string {
  const code = text.codePointAt(at) ?? 0;
  return code > 0xffff ? text.slice(at, at + 2) : text.charAt(at);
}

function fits(token: Exclude<Token, "many">, char: string): boolean {
  if (token === "any") return true;
  if ("char" in token) return token.char === char;
  const { negated, chars, ranges, classes: named } = token.set;
  const member =
    chars.has(char) ||
    ranges.some(([from, to]) => char >= from && char <= to) ||
    named.some((known) => known.test(char));
  return member !== negated;
}
