import { type Batches, flat, TraceError } from "@sentrytap/core";
import { type PacketBatch, type Peer, RECORD_WORDS, RecordKind, readPeer } from "@sentrytap/seqpacket";
import { decodeFrame, type Message } from "@sentrytap/wire";
import { EventEmitter } from "eventemitter3";
import type { BoundSocket } from "./bind-socket.ts";
import { type Connected, Connections } from "./connections.ts";
import type { ResolvedOptions } from "./options.ts";
import type { ReceivedPacket, SentryServer, SentryServerStats } from "./server.ts";
import type { SentryServerEvents } from "./server-events.ts";

/** The most items in one batch: enough to spread the cost of a batch, few enough to stay in the cache. */
const maxBatch = 512;

/** At least as many batches as the transport's pool can hold: after so many, what was in it before has been seen. */
const poolBatches = 64;

/** What becomes of a packet in the stream: an item, or nothing. */
type Make<Item> = (connected: Connected, packet: Uint8Array<ArrayBuffer>) => Item | undefined;

export class ListeningServer extends EventEmitter<SentryServerEvents> implements SentryServer {
  readonly path: string;
  readonly #socket: BoundSocket;
  readonly #connections: Connections;
  readonly #maxMessageSize: number;
  readonly #totals = {
    connected: 0,
    refused: 0,
    messages: 0,
    bytes: 0,
    malformed: 0,
    truncated: 0,
    dropped: 0,
  };
  /** Sandboxes that are gone, told of when their last messages have been handed out. */
  #departed: { connected: Connected; errno: number | undefined }[] = [];
  /** Sandboxes with drops to be told of at the end of the batch. */
  readonly #dropping = new Set<Connected>();
  #consumed = false;
  #closing: Promise<void> | undefined;

  constructor(socket: BoundSocket, options: ResolvedOptions) {
    super();
    this.path = options.path;
    this.#socket = socket;
    this.#maxMessageSize = options.maxMessageSize;
    this.#connections = new Connections(options);
    options.signal?.addEventListener("abort", () => void this.close(), { once: true });
  }

  batches(): Batches<Message> {
    return this.#stream((connected, packet) => this.#decode(connected, packet));
  }

  packets(): Batches<ReceivedPacket> {
    return this.#stream((connected, packet) => {
      this.#decode(connected, packet);
      return { sandbox: connected.sandbox, packet };
    });
  }

  [Symbol.asyncIterator](): AsyncIterator<Message> {
    return flat(this.batches())[Symbol.asyncIterator]();
  }

  stats(): SentryServerStats {
    const transport = this.#socket.listener.stats();
    const sandboxes = [...this.#connections.all].map(({ sandbox }) => sandbox);
    const refused = this.#totals.refused + transport.refused;
    return { ...this.#totals, refused, sandboxes, transport };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    const { listener, release } = this.#socket;
    listener.stopAccepting();
    await release();
    // Without a reader nobody would ever take what is left.
    await listener.close({ discard: !this.#consumed });
  }

  #stream<Item>(make: Make<Item>): Batches<Item> {
    return {
      [Symbol.asyncIterator]: () => {
        if (this.#consumed) {
          throw new TraceError("ERR_STREAM_CONSUMED", `the stream of ${this.path} has its consumer already`);
        }
        this.#consumed = true;
        return this.#read(make);
      },
    };
  }

  async *#read<Item>(make: Make<Item>): AsyncGenerator<readonly Item[], void, undefined> {
    try {
      for (let batch = await this.#next(); batch !== undefined; batch = await this.#next()) {
        for (let record = 0; record < batch.count; ) {
          const items: Item[] = [];
          record = this.#fill(items, batch, record, make);
          this.#tellDrops();
          if (items.length > 0) yield items;
          this.#tellDepartures();
        }
      }
    } finally {
      // Left early: nobody will take what is still to come.
      this.#consumed = true;
      await this.#abandon();
    }
  }

  async #abandon(): Promise<void> {
    await this.#socket.listener.close({ discard: true });
    await this.close();
  }

  /** The next batch of the transport; meanwhile peers that do not shake hands are turned away. */
  async #next(): Promise<PacketBatch | undefined> {
    const { listener } = this.#socket;
    const ready = listener.take();
    this.#expire(ready === undefined);
    if (ready !== undefined) return ready;
    const wait = this.#connections.nextDeadline(performance.now());
    if (wait === undefined) return listener.next();
    const timer = setInterval(() => this.#expire(true), Math.max(wait, 10));
    try {
      return await listener.next();
    } finally {
      clearInterval(timer);
    }
  }

  #expire(poolEmpty: boolean): void {
    for (const { connection, peer } of this.#connections.expire(performance.now(), poolEmpty)) {
      this.#refuse(connection, new TraceError("ERR_HANDSHAKE", "the peer sent no handshake in time"), peer);
    }
  }

  #refuse(connection: number, error: TraceError, peer: Peer | undefined): void {
    this.#totals.refused++;
    this.#socket.listener.closeConnection(connection);
    this.emit("error", error, peer);
  }

  /** Takes records into `items` until there are enough; returns the record to go on with. */
  #fill<Item>(items: Item[], batch: PacketBatch, from: number, make: Make<Item>): number {
    const { bytes, records, count } = batch;
    let record = from;
    let connection = -1;
    let connected: Connected | undefined;
    for (; record < count && items.length < maxBatch; record++) {
      const word = record * RECORD_WORDS;
      const owner = records[word + 1] as number; // the record is in the batch, so are its words
      const size = records[word + 3] as number;
      if (owner !== connection) {
        connection = owner;
        connected = this.#connections.get(owner);
      }
      if (records[word] === RecordKind.packet) {
        if (connected === undefined) continue; // turned away, and still sending
        const offset = records[word + 2] as number;
        const item = make(connected, bytes.subarray(offset, offset + size));
        if (item !== undefined) items.push(item);
      } else {
        this.#control(batch, record);
        connection = -1;
      }
    }
    return record;
  }

  /** A record that is no packet of an established connection. */
  #control(batch: PacketBatch, record: number): void {
    const [kind, connection = 0, offset = 0, size = 0] = batch.records.subarray(record * RECORD_WORDS);
    switch (kind) {
      case RecordKind.open:
        this.#connections.opened(connection, readPeer(batch, record), performance.now(), poolBatches);
        break;
      case RecordKind.handshake:
        this.#shakeHands(connection, batch.bytes.subarray(offset, offset + size));
        break;
      case RecordKind.truncated:
        this.#truncated(connection, size);
        break;
      case RecordKind.closed:
        this.#closed(connection, size);
        break;
    }
  }

  #shakeHands(connection: number, packet: Uint8Array): void {
    const peer = this.#connections.peerOf(connection);
    try {
      const { sandbox } = this.#connections.shakeHands(connection, packet);
      this.#totals.connected++;
      this.emit("connect", sandbox);
    } catch (error) {
      if (!(error instanceof TraceError)) throw error;
      this.#refuse(connection, error, peer);
    }
  }

  #truncated(connection: number, size: number): void {
    const connected = this.#connections.get(connection);
    if (connected === undefined) {
      const peer = this.#connections.peerOf(connection);
      this.#connections.closed(connection);
      this.#refuse(
        connection,
        new TraceError("ERR_HANDSHAKE", `a first packet of ${size} bytes is no handshake`),
        peer,
      );
      return;
    }
    connected.sandbox.counters.truncated++;
    this.#totals.truncated++;
    this.#tellMalformed(
      connected,
      new TraceError(
        "ERR_WIRE_TOO_LARGE",
        `a packet of ${size} bytes is over the limit of ${this.#maxMessageSize}: it was skipped (see maxMessageSize)`,
      ),
    );
  }

  #closed(connection: number, errno: number): void {
    const connected = this.#connections.closed(connection);
    if (connected !== undefined) this.#departed.push({ connected, errno: errno === 0 ? undefined : errno });
  }

  #decode(connected: Connected, packet: Uint8Array<ArrayBuffer>): Message | undefined {
    const { sandbox } = connected;
    const { counters } = sandbox;
    counters.bytes += packet.length;
    this.#totals.bytes += packet.length;
    const message = decodeFrame(sandbox, packet);
    if (message.messageType === -1) {
      counters.malformed++;
      this.#totals.malformed++;
      this.#tellMalformed(connected, message.error);
      return undefined;
    }
    counters.messages++;
    this.#totals.messages++;
    const dropped = sandbox.countDropped(message.droppedCount);
    if (dropped > 0) {
      this.#totals.dropped += dropped;
      connected.drops += dropped;
      this.#dropping.add(connected);
    }
    if (!sandbox.identified && message.messageType !== 0) {
      sandbox.identify(message.messageType === 1 ? message.id : (message.contextData?.containerId ?? ""));
    }
    return message;
  }

  #tellMalformed(connected: Connected, error: TraceError): void {
    const report = connected.malformed.add(error, performance.now());
    if (report !== undefined) this.emit("malformed", connected.sandbox, report);
  }

  #tellDrops(): void {
    if (this.#dropping.size === 0) return;
    for (const connected of this.#dropping) {
      this.emit("drop", connected.sandbox, { dropped: connected.drops });
      connected.drops = 0;
    }
    this.#dropping.clear();
  }

  #tellDepartures(): void {
    if (this.#departed.length === 0) return;
    const departed = this.#departed;
    this.#departed = [];
    for (const { connected, errno } of departed) {
      const report = connected.malformed.take();
      if (report !== undefined) this.emit("malformed", connected.sandbox, report);
      this.emit("disconnect", connected.sandbox, { errno });
    }
  }
}
