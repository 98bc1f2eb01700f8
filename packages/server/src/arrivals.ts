import { setImmediate } from "node:timers/promises";
import type { Listener, PacketBatch } from "@sentrytap/seqpacket";
import type { Crowd } from "./crowd.ts";
import type { Intake } from "./intake.ts";

/** How long the stream may be read without the event loop having its turn, in milliseconds. */
const turnMs = 10;

/** The shortest sleep, in milliseconds: what is due may have to wait for a batch that is already on its way. */
const shortestMs = 10;

const timeIsUp = Symbol("time is up");

/** What the transport receives, as it comes, with the intake's deadlines kept meanwhile. */
export class Arrivals implements AsyncIterable<PacketBatch> {
  readonly #listener: Listener;
  readonly #intake: Intake;
  readonly #crowd: Crowd;
  readonly #received: () => number;
  #turnedAt = 0;
  #awaited = false;
  #closing = false;

  constructor(listener: Listener, intake: Intake, crowd: Crowd) {
    this.#listener = listener;
    this.#intake = intake;
    this.#crowd = crowd;
    this.#received = () => listener.stats().handshakes;
  }

  /**
   * Ends the connections; what they have sent comes first. From here on the process lives no longer for a consumer that
   * does not ask for more.
   */
  close(): void {
    this.#closing = true;
    void this.#listener.close();
    if (!this.#awaited) this.#listener.unref();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<PacketBatch, void, undefined> {
    for (let batch = await this.#next(); batch !== undefined; batch = await this.#next()) yield batch;
    this.#crowd.tell(true);
  }

  /** Whether it is time for {@link turn}. */
  get turnDue(): boolean {
    return performance.now() - this.#turnedAt > turnMs;
  }

  /** Gives the event loop its turn. Under load there is always a next batch: nothing else would ever run without. */
  async turn(): Promise<void> {
    await setImmediate();
    this.#turnedAt = performance.now();
  }

  async #next(): Promise<PacketBatch | undefined> {
    this.#tick();
    return this.#listener.take() ?? (await this.#wait());
  }

  #tick(): void {
    this.#intake.tick(this.#received);
    this.#crowd.tell();
  }

  async #wait(): Promise<PacketBatch | undefined> {
    const listener = this.#listener;
    this.#awaited = true;
    if (this.#closing) listener.ref();
    try {
      const batch = listener.next();
      for (;;) {
        const due = earlier(this.#intake.due, this.#crowd.due);
        const arrived = due === undefined ? await batch : await until(batch, due);
        if (arrived !== timeIsUp) return arrived;
        this.#tick();
      }
    } finally {
      this.#awaited = false;
      this.#turnedAt = performance.now();
      if (this.#closing) listener.unref();
    }
  }
}

function earlier(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

/** What `promise` resolves to, or that it has not by the time `due`. */
async function until<T>(promise: Promise<T>, due: number): Promise<T | typeof timeIsUp> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<typeof timeIsUp>((resolve) => {
    timer = setTimeout(resolve, Math.max(due - performance.now(), shortestMs), timeIsUp);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
