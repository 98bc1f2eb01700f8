// Falco compares strings byte by byte: only letters of ASCII have a case, and what is beyond has several characters.

const beyondAscii = /[^\0-\x7f]/;

/** Whether each character of `text` is one byte. */
export function isAscii(text: string): boolean {
  return !beyondAscii.test(text);
}

/** `text` with the letters A to Z made small, and no others. */
export function asciiLower(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** `text` with the letters a to z made large, and no others. */
export function asciiUpper(text: string): string {
  if (isAscii(text)) return text.toUpperCase();
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

/** Finds `text` within another, whatever the case of its letters A to Z. It only ever compares, so it never backtracks. */
export function inAnyCase(text: string): RegExp {
  const source = text.replace(/[\s\S]/g, (char) => {
    if (/[a-z]/i.test(char)) return `[${char.toLowerCase()}${char.toUpperCase()}]`;
    return /[$()*+./?[\\\]^{|}-]/.test(char) ? `\\${char}` : char;
  });
  return new RegExp(source);
}

const encoder = new TextEncoder();

/** The bytes of `text`, each as one character. */
export function toByteText(text: string): string {
  if (isAscii(text)) return text;
  let bytes = "";
  for (const byte of encoder.encode(text)) bytes += String.fromCharCode(byte);
  return bytes;
}

/** Below 0, 0 or above, as the bytes of `a` come before those of `b`, are the same, or come after. */
export function compareBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return order(x) - order(y);
  }
  return a.length - b.length;
}

/** Halves of characters beyond U+FFFF come after all others, as their bytes do. */
function order(code: number): number {
  return code >= 0xd800 && code <= 0xdfff ? code + 0x10000 : code;
}
