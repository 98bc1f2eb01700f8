import { TraceError } from "@sentrytap/core";
import type { ContainerMetadata } from "@sentrytap/rules";
import type { ContainerSource } from "./container-source.ts";
import { reasonOf, sourceError } from "./source-error.ts";

/** What asking a source has come to. */
export interface SourceStats {
  readonly name: string;
  /** Containers that it was asked for. */
  readonly asks: number;
  readonly found: number;
  /** Asks that it did not answer, or not in time, or with nonsense. */
  readonly failures: number;
  readonly lastFailure: TraceError | undefined;
}

/** A source that did not answer, or not to the purpose. */
export interface SourceTrouble {
  readonly source: string;
  /** How many asks failed since such trouble was last told of. */
  readonly failures: number;
  /** Why the last of them did. Code `ERR_CONTAINER_SOURCE`. */
  readonly error: TraceError;
}

/** After so many failures one after the other a source is left alone for a while. */
const patience = 3;

/** For how long, in milliseconds: twice as long each time, up to the second figure. */
const [firstPauseMs, longestPauseMs] = [1_000, 30_000];

/** The least time between two tellings of a source's trouble, in milliseconds. */
const tellMs = 60_000;

/** A source, how it has answered so far, and whether it is worth asking. */
export class AskedSource {
  asks = 0;
  found = 0;
  failures = 0;
  lastFailure: TraceError | undefined;
  readonly #source: ContainerSource;
  readonly #timeoutMs: number;
  readonly #onTrouble: (trouble: SourceTrouble) => void;
  #inARow = 0;
  #notBefore = 0;
  #untold = 0;
  #tellNotBefore = 0;

  constructor(source: ContainerSource, timeoutMs: number, onTrouble: (trouble: SourceTrouble) => void) {
    this.#source = source;
    this.#timeoutMs = timeoutMs;
    this.#onTrouble = onTrouble;
  }

  /** Whether it failed lately, and is left alone. */
  get isLeftAlone(): boolean {
    return performance.now() < this.#notBefore;
  }

  /** What it knows; `undefined` where it knows nothing or does not answer. */
  async ask(id: string, closing: AbortSignal): Promise<ContainerMetadata | undefined> {
    if (this.isLeftAlone) return undefined;
    this.asks++;
    const controller = new AbortController();
    const stop = (): void => controller.abort(closing.reason);
    const late = (): void => controller.abort(new Error(`it does not answer within ${this.#timeoutMs} ms`));
    const timer = setTimeout(late, this.#timeoutMs);
    closing.addEventListener("abort", stop);
    try {
      const answer = await Promise.race([
        this.#source.find(id, controller.signal),
        rejection(controller.signal),
      ]);
      this.#inARow = 0;
      if (answer !== undefined) this.found++;
      return answer;
    } catch (error) {
      if (!closing.aborted) this.#fail(error);
      return undefined;
    } finally {
      clearTimeout(timer);
      closing.removeEventListener("abort", stop);
    }
  }

  close(): void {
    this.#source.close?.();
  }

  stats(): SourceStats {
    const { asks, found, failures, lastFailure } = this;
    return { name: this.#source.name, asks, found, failures, lastFailure };
  }

  #fail(error: unknown): void {
    const { name } = this.#source;
    const failure =
      error instanceof TraceError ? error : sourceError(name, `cannot be asked: ${reasonOf(error)}`, error);
    const now = performance.now();
    this.failures++;
    this.lastFailure = failure;
    this.#inARow++;
    if (this.#inARow >= patience) {
      const pause = firstPauseMs * 2 ** (this.#inARow - patience);
      this.#notBefore = now + Math.min(pause, longestPauseMs);
    }
    this.#untold++;
    if (now < this.#tellNotBefore) return;
    this.#tellNotBefore = now + tellMs;
    const trouble = { source: name, failures: this.#untold, error: failure };
    this.#untold = 0;
    this.#onTrouble(trouble);
  }
}

/** A promise that is rejected when the signal is aborted: a source may not heed it. */
function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
