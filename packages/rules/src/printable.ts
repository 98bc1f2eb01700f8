/** What cannot be shown as it is: controls, formats such as turns of the writing direction, halves of characters. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

const shortEscapes: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** `text` for a terminal: what could move the cursor, begin a line, turn the writing direction or hide is escaped. */
export function printable(text: string): string {
  return text.replace(unprintable, escaped);
}

function escaped(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (code > 0xffff) return `\\u{${code.toString(16)}}`;
  return shortEscapes[char] ?? `\\u${code.toString(16).padStart(4, "0")}`;
}
