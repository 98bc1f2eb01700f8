/** Values of one generation, and characters of them. */
const maxValues = 512;
const maxCharacters = 64 * 1024;

/** The classes of texts that were seen last, a bounded number of them. */
export interface ValueMemo {
  get(text: string): number | undefined;
  set(text: string, found: number): void;
}

/** What is asked for again in time moves from the old generation to the young one; the rest is forgotten with the old one. */
class TwoGenerations implements ValueMemo {
  #young = new Map<string, number>();
  #old: ReadonlyMap<string, number> = new Map();
  #characters = 0;
  /** A sign of the texts that were seen once, in a place that it says: most of those that are never seen again are kept from the rest. */
  readonly #once = new Int32Array(1 << 10);

  get(text: string): number | undefined {
    const known = this.#young.get(text);
    if (known !== undefined) return known;
    const old = this.#old.get(text);
    if (old !== undefined) this.set(text, old);
    return old;
  }

  set(text: string, found: number): void {
    const sign = signOf(text);
    if (this.#once[sign & 1023] !== sign) {
      this.#once[sign & 1023] = sign;
      return;
    }
    this.#characters += text.length;
    if (this.#young.size >= maxValues || this.#characters > maxCharacters) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#characters = text.length;
    }
    // A piece of a text keeps all of it: here, of what is one character longer.
    this.#young.set(` ${text}`.slice(1), found);
  }
}

/** Not 0. Where two texts have one sign, one of them is kept too early. */
function signOf(text: string): number {
  let sign = text.length;
  for (let at = Math.max(0, text.length - 12); at < text.length; at++)
    sign = (sign * 31 + text.charCodeAt(at)) | 0;
  return sign | 0x4000_0000;
}

export function createValueMemo(): ValueMemo {
  return new TwoGenerations();
}
