import { type Batches, flat, TraceError } from "@sentrytap/core";
import type { Listener } from "@sentrytap/seqpacket";
import { isMessage, MalformedFrame, type Message, SandboxEnd, type StreamItem } from "@sentrytap/wire";
import { EventEmitter } from "eventemitter3";
import { Arrivals } from "./arrivals.ts";
import type { BoundSocket } from "./bind-socket.ts";
import { Crowd } from "./crowd.ts";
import { Intake, type Makers } from "./intake.ts";
import type { ResolvedOptions } from "./options.ts";
import type { ReceivedPacket, SentryServer, SentryServerStats } from "./server.ts";
import type { SentryServerEvents } from "./server-events.ts";

/** The server: the one stream, and its end. */
export class ListeningServer extends EventEmitter<SentryServerEvents> implements SentryServer {
  readonly path: string;
  readonly #socket: BoundSocket<Listener>;
  readonly #intake: Intake;
  readonly #arrivals: Arrivals;
  readonly #signal: AbortSignal | undefined;
  #consumed = false;
  #closing: Promise<void> | undefined;

  constructor(socket: BoundSocket<Listener>, options: ResolvedOptions) {
    super();
    const { listening: listener } = socket;
    this.path = options.origin.path;
    this.#socket = socket;
    this.#intake = new Intake(options, this, (connection) => listener.closeConnection(connection));
    this.#arrivals = new Arrivals(
      listener,
      this.#intake,
      new Crowd(listener, options.origin.maxConnections, this),
    );
    this.#signal = options.signal;
    this.#signal?.addEventListener("abort", this.#abort);
  }

  batches(): Batches<StreamItem> {
    return this.#stream<StreamItem>({
      packet: (connected, bytes, start, end) => this.#intake.decode(connected, bytes, start, end),
      truncated: ({ sandbox }, error) => new MalformedFrame(sandbox, undefined, error, new Uint8Array(0)),
      end: ({ sandbox }) => new SandboxEnd(sandbox),
    });
  }

  packets(): Batches<ReceivedPacket> {
    return this.#stream({
      packet: (connected, bytes, start, end) => {
        this.#intake.decode(connected, bytes, start, end);
        return { sandbox: connected.sandbox, packet: bytes.subarray(start, end) };
      },
    });
  }

  [Symbol.asyncIterator](): AsyncIterator<Message> {
    const batches = this.batches()[Symbol.asyncIterator]();
    const items = flat({ [Symbol.asyncIterator]: () => batches });
    return this.#returnable(messagesOf(items));
  }

  stats(): SentryServerStats {
    const transport = this.#socket.listening.stats();
    const stats = this.#intake.stats();
    return { ...stats, refused: stats.refused + transport.refused, transport };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#signal?.removeEventListener("abort", this.#abort);
    try {
      // While it still listens: nobody takes its file for a stale one and puts another in its place.
      this.#socket.release();
    } finally {
      if (this.#consumed) {
        // Not awaited: it waits for the stream to be read, and it may be the reader who waits for us.
        this.#arrivals.close();
      } else {
        await discard(this.#socket.listening);
      }
    }
  }

  // What close() rejects with is told by the stream's end, and by every further close().
  readonly #abort = (): void => void this.close().catch(() => undefined);

  #stream<Item>(make: Makers<Item>): Batches<Item> {
    return {
      [Symbol.asyncIterator]: () => {
        if (this.#consumed) {
          throw new TraceError("ERR_STREAM_CONSUMED", `the stream of ${this.path} has its consumer already`);
        }
        this.#consumed = true;
        return this.#returnable(this.#read(make));
      },
    };
  }

  async *#read<Item>(make: Makers<Item>): AsyncGenerator<readonly Item[], void, undefined> {
    const intake = this.#intake;
    const arrivals = this.#arrivals;
    try {
      for await (const batch of arrivals) {
        for (let record = 0; record < batch.count; ) {
          const items: Item[] = [];
          record = intake.fill(items, batch, record, make);
          if (items.length > 0) yield items;
          intake.tellDepartures();
          if (arrivals.turnDue) await arrivals.turn();
        }
      }
    } finally {
      await this.#leave();
    }
  }

  /** A generator hears of its return() only at its next yield, or never where it has not begun; we hear of it at once. */
  #returnable<Item>(generator: AsyncGenerator<Item, void, undefined>): AsyncIterator<Item, void, undefined> {
    return {
      next: () => generator.next(),
      return: async () => {
        await this.#leave();
        return generator.return();
      },
    };
  }

  /** The consumer has gone: nobody will take what is still to come. */
  async #leave(): Promise<void> {
    this.#consumed = true;
    try {
      await this.close();
    } finally {
      await discard(this.#socket.listening);
      this.#intake.end();
    }
  }
}

/** Closes and throws away what has been received, which also frees the memory that it waits in. */
async function discard(listener: Listener): Promise<void> {
  listener.ref(); // for the wait
  await listener.close({ discard: true });
  while (listener.take() !== undefined);
}

async function* messagesOf(items: AsyncIterable<StreamItem>): AsyncGenerator<Message, void, undefined> {
  for await (const item of items) if (isMessage(item)) yield item;
}
