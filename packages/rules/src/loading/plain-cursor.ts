/** Thrown where a text is no plain YAML: what reads it plainly gives up. */
export const notPlain: unique symbol = Symbol("for the library");

/** What ends the part of a line that means something: nothing more, or a comment. */
export const lineEnd: RegExp = / *(?: #.*)?(?:\n|$)/y;
export const blanks: RegExp = / */y;

/** Goes through a text once, from left to right. Patterns are sticky. */
export class PlainCursor {
  readonly text: string;
  at = 0;
  /** Whether {@link nextLine} stepped over a comment the last time. */
  commented = false;
  /** How many values were found. */
  values = 0;
  readonly #most: number;

  /** Gives up after `most` values. */
  constructor(text: string, most: number) {
    this.text = text;
    this.#most = most;
  }

  /** Counts one value more. */
  count(): void {
    if (++this.values > this.#most) throw notPlain;
  }

  get char(): string {
    return this.text.charAt(this.at);
  }

  isAt(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    return pattern.test(this.text);
  }

  /** Steps over what `pattern` matches here, and gives it. */
  take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const [found] = pattern.exec(this.text) ?? [];
    if (found === undefined) throw notPlain;
    this.at += found.length;
    return found;
  }

  /** Goes to where the next line with something on it begins, and gives its column; -1 at the end of the text. */
  nextLine(): number {
    this.commented = false;
    for (;;) {
      this.take(blanks);
      const { char } = this;
      if (char === "") return -1;
      if (char !== "\n" && char !== "#") return this.column();
      if (char === "#") this.commented = true;
      this.at = Math.min(this.lineEnd() + 1, this.text.length);
    }
  }

  lineEnd(): number {
    const end = this.text.indexOf("\n", this.at);
    return end < 0 ? this.text.length : end;
  }

  column(): number {
    return this.at - this.text.lastIndexOf("\n", this.at - 1) - 1;
  }
}
