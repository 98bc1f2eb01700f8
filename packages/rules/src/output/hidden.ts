/**
 * Characters that move a cursor, begin a line, turn the writing direction or do not show; halves of characters, too. A line
 * with none of them reads as it is.
 */
export const hidden: RegExp = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** A line of JSON with such characters as escapes: it means the same, and a terminal can show it. */
export function escapeHidden(json: string): string {
  return json.replace(hidden, (char) => {
    const units = Array.from({ length: char.length }, (_, i) => char.charCodeAt(i));
    return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
  });
}
