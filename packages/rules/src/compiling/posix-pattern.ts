/**
 * A regular expression of POSIX, as Falco has RE2 read it, in the syntax that RE2 reads by itself: what repeats a
 * repetition is put in a group. `undefined` where it is none of POSIX: it has `\d`, `(?:...)` or the like, or it is wrong.
 */
export function fromPosix(pattern: string): string | undefined {
  let out = "";
  /** Where in `out` the open groups begin. */
  const open: number[] = [];
  /** Where in `out` that begins what a repetition would repeat: -1 where there is nothing. */
  let atom = -1;
  let repeated = false;
  for (let i = 0; i < pattern.length; ) {
    const token = tokenAt(pattern, i);
    if (token === undefined) return undefined;
    i += token.length;
    switch (token.charAt(0)) {
      case "(":
        if (pattern.charAt(i) === "?") return undefined;
        open.push(out.length);
        out += "(?:";
        atom = -1;
        break;
      case ")": {
        const start = open.pop();
        if (start === undefined) return undefined;
        out += ")";
        atom = start;
        repeated = false;
        break;
      }
      case "|":
        out += "|";
        atom = -1;
        break;
      default:
        if (!isRepetition(token)) {
          atom = out.length;
          out += token;
          repeated = false;
          break;
        }
        if (atom < 0) return undefined;
        if (repeated) out = `${out.slice(0, atom)}(?:${out.slice(atom)})`;
        out += token;
        repeated = true;
    }
  }
  return open.length === 0 ? out : undefined;
}

const repetition = /[*+?]|\{(?:0|[1-9][0-9]*)(?:,(?:0|[1-9][0-9]*)?)?\}/y;
const escaped =
  /\\(?:x\{[0-9a-fA-F]+\}|x[0-9a-fA-F]{2}|0[0-7]{0,2}|[1-7][0-7]{1,2}|[nrtafv]|[!-/:-@[-`{-~])/y;
/** A set of characters; a `-` in it stands first, last, or between two. */
const setStart = /\[\^?/y;
const setMember =
  /\[:\^?[a-z]+:\]|\\(?:x\{[0-9a-fA-F]+\}|x[0-9a-fA-F]{2}|0[0-7]{0,2}|[1-7][0-7]{1,2}|[nrtafv]|[!-/:-@[-`{-~])|[^\\]/suy;

function isRepetition(token: string): boolean {
  return match(repetition, token, 0) === token;
}

/** The next sign, escape, set or repetition. */
function tokenAt(pattern: string, at: number): string | undefined {
  switch (pattern.charAt(at)) {
    case "\\":
      return match(escaped, pattern, at);
    case "[":
      return setAt(pattern, at);
    case "{":
      return match(repetition, pattern, at) ?? "{";
    default:
      return pattern.slice(at, at + ((pattern.codePointAt(at) ?? 0) > 0xffff ? 2 : 1));
  }
}

function setAt(pattern: string, start: number): string | undefined {
  let at = start + (match(setStart, pattern, start)?.length ?? 0);
  for (let first = true; at < pattern.length; first = false) {
    if (pattern.charAt(at) === "]" && !first) return pattern.slice(start, at + 1);
    if (pattern.charAt(at) === "-" && !first && pattern.charAt(at + 1) !== "]") return undefined;
    const from = match(setMember, pattern, at);
    if (from === undefined) return undefined;
    at += from.length;
    if (from.startsWith("[:") || pattern.charAt(at) !== "-" || pattern.charAt(at + 1) === "]") continue;
    const to = match(setMember, pattern, at + 1);
    if (to === undefined) return undefined;
    at += 1 + to.length;
  }
  return undefined;
}

function match(kind: RegExp, text: string, at: number): string | undefined {
  kind.lastIndex = at;
  return kind.exec(text)?.[0];
}
