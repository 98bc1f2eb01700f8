const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const digits: ReadonlyMap<string, number> = new Map(Array.from(alphabet, (char, value) => [char, value]));

/**
 * Undoes base64, as a byte a character or, without `asBytes`, as UTF-8. The signs that fill up the end may be left out;
 * `undefined` where there is anything else, blanks too, or where bits are left over.
 */
export function decodeBase64(text: string, asBytes: boolean): string | undefined {
  const digitsOf = text.replace(/={1,2}$/, "");
  if (digitsOf.length % 4 === 1 || (digitsOf === "" && text !== "")) return undefined;
  const bytes = new Uint8Array(Math.floor((digitsOf.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const char of digitsOf) {
    const digit = digits.get(char);
    if (digit === undefined) return undefined;
    bits = ((bits << 6) | digit) & 0xfff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes[at++] = bits >> held;
    bits &= (1 << held) - 1;
  }
  if (bits !== 0) return undefined;
  return asBytes ? Array.from(bytes, (byte) => String.fromCharCode(byte)).join("") : decoder.decode(bytes);
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
