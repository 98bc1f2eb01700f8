import type { Batches } from "@sentrytap/core";
import type { StreamItem, TracedSandbox } from "@sentrytap/wire";

/** The `messageType` of a sandbox's end, behind which nothing of it comes. */
const sandboxEnd = -2;

/** Has it told that a sandbox is gone only when all that it sent has been judged: it may have waited since. */
export class Departures {
  readonly #untold = new Map<TracedSandbox, () => void>();
  readonly #judged = new WeakSet<TracedSandbox>();

  /** The sandbox is gone: calls `tell`, now or when its time comes. */
  gone(sandbox: TracedSandbox, tell: () => void): void {
    if (this.#judged.has(sandbox)) tell();
    else this.#untold.set(sandbox, tell);
  }

  /** What waits no more, on its way to be judged: which a batch is when the next one is asked for. */
  async *watch(source: Batches<StreamItem>): AsyncGenerator<readonly StreamItem[], void, undefined> {
    for await (const batch of source) {
      yield batch;
      for (const { messageType, sandbox } of batch) if (messageType === sandboxEnd) this.#end(sandbox);
    }
  }

  /** Nothing more will be judged. */
  end(): void {
    for (const tell of this.#untold.values()) tell();
    this.#untold.clear();
  }

  #end(sandbox: TracedSandbox): void {
    this.#judged.add(sandbox);
    this.#untold.get(sandbox)?.();
    this.#untold.delete(sandbox);
  }
}
