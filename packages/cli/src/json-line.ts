/** Controls, what turns the writing direction or does not show, line ends other than `\n`, and halves of characters. */
const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** `value` as one line of JSON. What a sandbox or a file named with signs that a terminal would act on is escaped. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(hidden, (char) => {
    const units = Array.from({ length: char.length }, (_, i) => char.charCodeAt(i));
    return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
  });
}
