import { once } from "node:events";

/** The streams that a command talks to; the process's own, or those of a test. */
export interface Streams {
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/** How often the progress line changes, in milliseconds. */
const progressIntervalMs = 200;

/** Where a command writes: results to stdout, everything else to stderr, with a progress line on a terminal. */
export class Terminal {
  readonly #streams: Streams;
  #progressShown = false;
  #progressAt = 0;
  #closed = false;

  constructor(streams: Streams) {
    this.#streams = streams;
    // Whoever reads us has had enough (`| head`): no failure of ours.
    streams.stdout.on("error", () => {
      this.#closed = true;
    });
  }

  /** Whether the reader of stdout is gone, so that nobody is left to work for. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Whether results go to a person and not to a program. */
  get interactive(): boolean {
    return this.#streams.stdout.isTTY === true;
  }

  /** Writes lines of results; resolves when there is room for more. */
  async print(lines: readonly string[]): Promise<void> {
    if (lines.length === 0 || this.#closed) return;
    this.#clearProgress();
    const { stdout } = this.#streams;
    if (stdout.write(`${lines.join("\n")}\n`)) return;
    const settled = new AbortController();
    const { signal } = settled;
    try {
      await Promise.race([once(stdout, "drain", { signal }), once(stdout, "close", { signal })]);
    } catch {
      this.#closed = true;
    } finally {
      settled.abort(); // takes off the listeners of the one that did not come
    }
  }

  /** Something for the person to know, whether at a terminal or not. */
  warn(message: string): void {
    this.say(`sentrytap: ${message}`);
  }

  /** As {@link warn}, for text that says by itself where it is from. */
  say(text: string): void {
    this.#clearProgress();
    this.#streams.stderr.write(`${text}\n`);
  }

  /** Something to know for a person at a terminal; not said to a log. */
  notice(message: string): void {
    if (this.#streams.stderr.isTTY === true) this.warn(message);
  }

  /** Shows how far a long piece of work is, on a terminal only. `describe` is called when the line is due. */
  progress(describe: () => string): void {
    if (this.#streams.stderr.isTTY !== true) return;
    const now = performance.now();
    if (now - this.#progressAt < progressIntervalMs) return;
    this.#progressAt = now;
    this.#streams.stderr.write(`\r\x1b[K${describe()}`);
    this.#progressShown = true;
  }

  /** Shows it while `work` lasts, of which `describe` says how far it is. */
  async progressOf<Result>(describe: () => string, work: () => Promise<Result>): Promise<Result> {
    const looking = setInterval(() => this.progress(describe), progressIntervalMs);
    try {
      return await work();
    } finally {
      clearInterval(looking);
      this.done();
    }
  }

  /** Takes the progress line away. */
  done(): void {
    this.#clearProgress();
  }

  #clearProgress(): void {
    if (!this.#progressShown) return;
    this.#streams.stderr.write("\r\x1b[K");
    this.#progressShown = false;
  }
}
