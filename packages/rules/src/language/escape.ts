const escapes: Readonly<Record<string, string>> = {
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  // Old public rules write `\ ` where they mean a backslash, and Falco goes along.
  " ": "\\",
  "\\": "\\",
  "/": "/",
};

/** Undoes the escapes of a string that stood in `quote`s; a number is the offset of an escape that does not exist. */
export function unescapeString(inner: string, quote: string): string | number {
  if (!inner.includes("\\")) return inner;
  let text = "";
  for (let i = 0; i < inner.length; i++) {
    const char = inner.charAt(i);
    if (char !== "\\") {
      text += char;
      continue;
    }
    i++;
    const escaped = inner.charAt(i);
    const meaning = escaped === quote ? quote : escapes[escaped];
    if (meaning === undefined) return i - 1;
    text += meaning;
  }
  return text;
}

/** Whether `text` reads back as itself without quotes. */
export function isBare(text: string): boolean {
  return /^[^()"'=, \t\n\v\f\r]+$/.test(text);
}

/** `text` in double quotes, so that it reads back as itself. */
export function quote(text: string): string {
  const inner = text.replace(/[\\"\b\f\n\r\t]/g, (char) => {
    switch (char) {
      case "\b":
        return "\\b";
      case "\f":
        return "\\f";
      case "\n":
        return "\\n";
      case "\r":
        return "\\r";
      case "\t":
        return "\\t";
      default:
        return `\\${char}`;
    }
  });
  // A backslash before the closing quote would keep it from closing; `\/` cannot help there, `\ ` can.
  return `"${inner.endsWith("\\\\") ? `${inner.slice(0, -2)}\\ ` : inner}"`;
}
