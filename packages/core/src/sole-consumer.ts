import { TraceError } from "./trace-error.ts";

/** The one consumer that a stream may have, see {@link soleConsumer}. */
export interface SoleConsumer {
  /** Whether it has come. */
  readonly hasCome: boolean;
  /**
   * Lets it in: its stream is what `read` returns.
   *
   * @throws {TraceError} `ERR_STREAM_CONSUMED` where it has come before.
   */
  open<T>(read: () => AsyncGenerator<T, void, undefined>): AsyncIterator<T, void, undefined>;
}

/**
 * For a stream that is read once. A generator hears of its return() only at its next yield, or never where it has not begun:
 * `leave` is called at once, before it.
 *
 * `name` is what the stream is of, for the error.
 *
 * @example
 * const consumer = soleConsumer("trace.sock", () => socket.close());
 * const batches = { [Symbol.asyncIterator]: () => consumer.open(() => read(socket)) };
 */
export function soleConsumer(name: string, leave: () => Promise<void>): SoleConsumer {
  return new Consumer(name, leave);
}

class Consumer implements SoleConsumer {
  readonly #name: string;
  readonly #leave: () => Promise<void>;
  #hasCome = false;

  constructor(name: string, leave: () => Promise<void>) {
    this.#name = name;
    this.#leave = leave;
  }

  get hasCome(): boolean {
    return this.#hasCome;
  }

  open<T>(read: () => AsyncGenerator<T, void, undefined>): AsyncIterator<T, void, undefined> {
    if (this.#hasCome) {
      throw new TraceError("ERR_STREAM_CONSUMED", `the stream of ${this.#name} has its consumer already`);
    }
    this.#hasCome = true;
    const stream = read();
    return {
      next: () => stream.next(),
      return: async () => {
        await this.#leave();
        return stream.return();
      },
    };
  }
}
