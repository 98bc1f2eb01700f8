import { didYouMean } from "@sentrytap/rules";
import type { SessionProblem } from "../session-file/session-file.ts";

/** Gathers what is wrong with a session file. */
export interface Problems {
  readonly all: readonly SessionProblem[];
  readonly failed: boolean;
  /** The hint, the end of the message, is asked for only where the problem is told. */
  error(message: string, offset: number, hint?: Hint): void;
  warning(message: string, offset: number, hint?: Hint): void;
}

/** How to mend what is wrong, where finding that out takes time. */
export type Hint = () => string;

/** How many errors are told, and how many warnings; the rest of a hostile file is not worth more. */
const mostTold = 200;

class FileProblems implements Problems {
  readonly #file: string;
  readonly #lineStarts: readonly number[];
  readonly #all: SessionProblem[] = [];
  /** Warnings must not keep an error from being told. */
  readonly #left = { error: mostTold, warning: mostTold };
  failed = false;

  constructor(text: string, file: string) {
    this.#file = file;
    this.#lineStarts = [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)];
  }

  get all(): readonly SessionProblem[] {
    return this.#all;
  }

  error(message: string, offset: number, hint?: Hint): void {
    this.failed = true;
    this.#add("error", message, offset, hint);
  }

  warning(message: string, offset: number, hint?: Hint): void {
    this.#add("warning", message, offset, hint);
  }

  #add(severity: SessionProblem["severity"], message: string, offset: number, hint: Hint | undefined): void {
    if (this.#left[severity] === 0) return;
    this.#left[severity]--;
    const told = `${message}${hint?.() ?? ""}`;
    this.#all.push({ severity, file: this.#file, ...this.#placeOf(offset), message: told });
  }

  #placeOf(offset: number): { readonly line: number; readonly column: number } {
    let [low, high] = [0, this.#lineStarts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (this.#lineStarts[low] ?? 0) + 1 };
  }
}

/** Problems of the file `name`, whose text is `text`. */
export function createProblems(text: string, name: string): Problems {
  return new FileProblems(text, name);
}

/** What a file quotes, short enough for a message. */
export function quoted(written: string): string {
  return JSON.stringify(written.length > 100 ? `${written.slice(0, 100)}...` : written);
}

/** The end of a message about a name that is not there. */
export function meant(name: string, names: Iterable<string>, otherwise: string): Hint {
  return () => didYouMean(name, names, otherwise);
}
