/**
 * Characters that move a cursor, begin a line, turn the writing direction or do not show; halves of characters, too. A line
 * with none of them reads as it is.
 */
const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/**
 * `text` for a terminal or a log: one line, with an escape such as `\u001b` for each character that could move the cursor, begin
 * a line, turn the writing direction or hide; `replace` gives another text. What a sandbox named is to be shown so.
 *
 * @example
 * server.on("connect", ({ id }) => console.error(`sandbox ${printable(id)}`));
 */
export function printable(text: string, replace: (char: string) => string = escaped): string {
  return text.replace(hidden, replace);
}

/** A line of JSON with such characters as JSON's escapes: it means the same, and a terminal can show it. */
export function printableJson(json: string): string {
  return printable(json, (char) => {
    const units = Array.from({ length: char.length }, (_, i) => char.charCodeAt(i));
    return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
  });
}

const shortEscapes: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escaped(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (code > 0xffff) return `\\u{${code.toString(16)}}`;
  return shortEscapes[char] ?? `\\u${code.toString(16).padStart(4, "0")}`;
}
