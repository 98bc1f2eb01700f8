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

  get(text: string): number | undefined {
    const known = this.#young.get(text);
    if (known !== undefined) return known;
    const old = this.#old.get(text);
    if (old !== undefined) this.set(text, old);
    return old;
  }

  set(text: string, found: number): void {
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

export function createValueMemo(): ValueMemo {
  return new TwoGenerations();
}
