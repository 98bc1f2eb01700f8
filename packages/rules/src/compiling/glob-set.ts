/** What stands in brackets in a glob. */
export interface CharacterSet {
  readonly negated: boolean;
  readonly chars: ReadonlySet<string>;
  readonly ranges: readonly (readonly [from: string, to: string])[];
  readonly classes: readonly RegExp[];
  /** It names a class that there is not: what stands before that is all that fits. */
  readonly broken: boolean;
}

const classes: Readonly<Record<string, RegExp>> = {
  alnum: /[a-zA-Z0-9]/,
  alpha: /[a-zA-Z]/,
  blank: /[ \t]/,
  // What is neither printed nor beyond ASCII.
  cntrl: /[^ -~\x80-\uffff]/,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[ \t\n\v\f\r]/,
  upper: /[A-Z]/,
  xdigit: /[0-9a-fA-F]/,
};

/** The set whose opening bracket stands before `start`, and where it ends; `undefined` where nothing closes it. */
export function readSet(pattern: string, start: number): { set: CharacterSet; end: number } | undefined {
  let i = start;
  const negated = pattern.charAt(i) === "!" || pattern.charAt(i) === "^";
  if (negated) i++;
  const chars = new Set<string>();
  const ranges: [string, string][] = [];
  const named: RegExp[] = [];
  let broken = false;
  for (let first = true; i < pattern.length; first = false) {
    if (pattern.charAt(i) === "]" && !first) {
      return { set: { negated, chars, ranges, classes: named, broken }, end: i };
    }
    const name = className(pattern, i);
    if (name !== undefined) {
      const known = classes[name];
      broken ||= known === undefined;
      if (known !== undefined && !broken) named.push(known);
      i += name.length + 4;
      continue;
    }
    const from = elementAt(pattern, i);
    i = from.end;
    const to = pattern.charAt(i) === "-" && /[^\]]/.test(pattern.charAt(i + 1)) && elementAt(pattern, i + 1);
    if (to && !from.alone) {
      if (!broken) ranges.push([from.char, to.char]);
      i = to.end;
    } else if (!broken) {
      chars.add(from.char);
    }
  }
  return undefined;
}

/** Whether a set has a character, which was `plain` before its case was taken away. */
export function inSet(set: CharacterSet, char: string, plain: string): boolean {
  const { negated, chars, ranges, classes: named, broken } = set;
  const member =
    chars.has(char) ||
    ranges.some(([from, to]) => char >= from && char <= to) ||
    named.some((known) => known.test(plain));
  return member ? !negated : negated && !broken;
}

/** `[:name:]`. */
function className(pattern: string, at: number): string | undefined {
  return pattern.startsWith("[:", at)
    ? /^\[:([a-z]{1,20}):\]/.exec(pattern.slice(at, at + 24))?.[1]
    : undefined;
}

/** A character of a set, as `\c`, `[.c.]` or `[=c=]` too; `alone`: it cannot begin a range. */
function elementAt(pattern: string, at: number): { char: string; end: number; alone?: boolean } {
  const char = pattern.charAt(at);
  if (char === "\\" && at + 1 < pattern.length) return { char: pattern.charAt(at + 1), end: at + 2 };
  const symbol = char === "[" ? /^\[([.=])(.)\1\]/s.exec(pattern.slice(at, at + 5)) : null;
  if (symbol?.[2] === undefined) return { char, end: at + 1 };
  return { char: symbol[2], end: at + 5, alone: symbol[1] === "=" };
}
