import { type Batches, type SoleConsumer, soleConsumer } from "@sentrytap/core";
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
  readonly #consumer: SoleConsumer;
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
    this.#consumer = soleConsumer(this.path, () => this.#leave());
    this.#signal = options.signal;
    this.#signal?.addEventListener("abort", this.#abort);
  }

  batches(): Batches<StreamItem> {
    return this.#stream(() => this.#readItems());
  }

  packets(): Batches<ReceivedPacket> {
    const packet: Makers<ReceivedPacket>["packet"] = (connected, bytes, start, end) => {
      this.#intake.decode(connected, bytes, start, end);
      return { sandbox: connected.sandbox, packet: bytes.subarray(start, end) };
    };
    return this.#stream(() => this.#read({ packet }));
  }

  [Symbol.asyncIterator](): AsyncIterator<Message> {
    return this.#consumer.open(() => messagesOf(this.#readItems()));
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
      if (this.#consumer.hasCome) {
        // Not awaited: it waits for the stream to be read, and it may be the reader who waits for us.
        this.#arrivals.close();
      } else {
        await discard(this.#socket.listening);
      }
    }
  }

  // What close() rejects with is told by the stream's end, and by every further close().
  readonly #abort = (): void => void this.close().catch(() => undefined);

  #stream<Item>(read: () => AsyncGenerator<readonly Item[], void, undefined>): Batches<Item> {
    return { [Symbol.asyncIterator]: () => this.#consumer.open(read) };
  }

  #readItems(): AsyncGenerator<readonly StreamItem[], void, undefined> {
    return this.#read<StreamItem>({
      packet: (connected, bytes, start, end) => this.#intake.decode(connected, bytes, start, end),
      truncated: ({ sandbox }, error) => new MalformedFrame(sandbox, undefined, error, new Uint8Array(0)),
      end: ({ sandbox }) => new SandboxEnd(sandbox),
    });
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

  /** The consumer has gone: nobody will take what is still to come. */
  async #leave(): Promise<void> {
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

async function* messagesOf(source: Batches<StreamItem>): AsyncGenerator<Message, void, undefined> {
  for await (const batch of source) for (const item of batch) if (isMessage(item)) yield item;
}
