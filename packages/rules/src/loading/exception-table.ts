import type { RuleException } from "./definitions.ts";

/** The exceptions of a rule, in order. Of two with one name, that one is appended to which came first. */
export class ExceptionTable implements Iterable<RuleException> {
  readonly #all: RuleException[] = [];
  readonly #byName = new Map<string, RuleException>();

  constructor(exceptions: Iterable<RuleException>) {
    for (const exception of exceptions) this.add(exception);
  }

  get size(): number {
    return this.#all.length;
  }

  get(name: string): RuleException | undefined {
    return this.#byName.get(name);
  }

  add(exception: RuleException): void {
    this.#all.push(exception);
    if (!this.#byName.has(exception.name)) this.#byName.set(exception.name, exception);
  }

  [Symbol.iterator](): Iterator<RuleException> {
    return this.#all.values();
  }
}
