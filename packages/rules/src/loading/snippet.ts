import { printable } from "@sentrytap/core";

/** Columns shown on either side of the place. */
const reach = 60;

/** Characters looked through for the end of what stands before a blank line. */
const maxBlanks = 1000;

/** Characters that terminals show two columns wide: those of East Asian scripts, and emoji. */
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/**
 * The line of `text` around `offset`, and a line below it with a caret under the place. Long lines are cut, and nothing in
 * them can move the cursor. Where the line is blank, the caret stands behind what comes before it.
 */
export function snippetAt(text: string, offset: number): string {
  const place = behindBlanks(text, Math.min(Math.max(offset, 0), text.length));
  const before = text.slice(Math.max(0, place - reach - 1), place);
  const after = text.slice(place, place + reach + 1);
  const left = fit(before.slice(before.lastIndexOf("\n") + 1), "from the end");
  const right = fit(/^[^\n]*/.exec(after)?.[0].replace(/\r$/, "") ?? "", "from the start");
  return `${left.text}${right.text}\n${" ".repeat(left.width)}^`;
}

/** `place`, or where its line is blank the end of what stands before. */
function behindBlanks(text: string, place: number): number {
  let end = place;
  while (isBlank(text.charAt(end))) end++;
  if (end < text.length && text.charAt(end) !== "\n") return place;
  let start = place;
  while (start > 0 && place - start < maxBlanks && /\s/.test(text.charAt(start - 1))) start--;
  const hasLine = text.slice(start, place).includes("\n");
  return hasLine && start > 0 && place - start < maxBlanks ? start : place;
}

function isBlank(char: string): boolean {
  return char === " " || char === "\t" || char === "\r";
}

/** As much of `text` as there is room for, with dots where it is cut. */
function fit(text: string, side: "from the end" | "from the start"): { text: string; width: number } {
  const chars = Array.from(text);
  if (side === "from the end") chars.reverse();
  const shown: string[] = [];
  let width = 0;
  for (const char of chars) {
    const piece = char === "\t" ? "  " : printable(char);
    width += widthOf(piece);
    if (width > reach) {
      width += 3 - widthOf(piece);
      shown.push("...");
      break;
    }
    shown.push(piece);
  }
  if (side === "from the end") shown.reverse();
  return { text: shown.join(""), width };
}

function widthOf(piece: string): number {
  if (piece.length > 2) return piece.length;
  if (/^\p{M}/u.test(piece)) return 0;
  return wide.test(piece) ? 2 : Array.from(piece).length;
}
