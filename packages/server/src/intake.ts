import { TraceError } from "@sentrytap/core";
import { type PacketBatch, RECORD_WORDS, RecordKind, readPeer } from "@sentrytap/seqpacket";
import { decodeFrame, isMalformed, type MalformedFrame, type Message } from "@sentrytap/wire";
import type { EventEmitter } from "eventemitter3";
import { type Connected, Connections, type Refusal } from "./connections.ts";
import type { ResolvedOptions } from "./options.ts";
import { Reports } from "./reports.ts";
import { addCounters, noCounters, type Sandbox, type SandboxCounters } from "./sandbox.ts";
import type { SentryServerEvents } from "./server-events.ts";

/** The most items in one batch: enough to spread the cost of a batch, few enough to stay in the cache. */
const maxBatch = 512;

/** What becomes of what is received, in the stream: an item, or nothing. */
export interface Makers<Item> {
  /** Of the packet at `start` to `end` of `bytes`. */
  packet(connected: Connected, bytes: Uint8Array<ArrayBuffer>, start: number, end: number): Item | undefined;
  /** Of a packet that was over the limit, and skipped. */
  truncated?(connected: Connected, error: TraceError): Item;
  /** Of a sandbox that is gone. */
  end?(connected: Connected): Item;
}

/** What the intake knows of {@link SentryServerStats}. */
interface IntakeStats extends SandboxCounters {
  readonly sandboxes: readonly Sandbox[];
  readonly connected: number;
  readonly refused: number;
}

/** Makes messages and events of what the transport has received. All of it is synchronous. */
export class Intake {
  readonly #options: ResolvedOptions;
  readonly #events: EventEmitter<SentryServerEvents>;
  readonly #disconnect: (connection: number) => void;
  readonly #connections: Connections;
  readonly #reports: Reports;
  /** Sandboxes that are gone, told of when their last messages have been handed out. */
  #departed: { connected: Connected; errno: number | undefined }[] = [];
  /** Of all sandboxes that are gone. */
  readonly #past = noCounters();
  #shaken = 0;
  #refused = 0;

  /** @param disconnect - ends a connection. */
  constructor(
    options: ResolvedOptions,
    events: EventEmitter<SentryServerEvents>,
    disconnect: (connection: number) => void,
  ) {
    this.#options = options;
    this.#events = events;
    this.#disconnect = disconnect;
    this.#connections = new Connections(options);
    this.#reports = new Reports(events);
  }

  stats(): IntakeStats {
    const sandboxes = [...this.#connections.all].map(({ sandbox }) => sandbox);
    const counters = noCounters();
    addCounters(counters, this.#past);
    for (const sandbox of sandboxes) addCounters(counters, sandbox.counters);
    return { ...counters, sandboxes, connected: this.#shaken, refused: this.#refused };
  }

  /** Takes records into `items` until there are enough; returns the record to go on with. */
  fill<Item>(items: Item[], batch: PacketBatch, from: number, make: Makers<Item>): number {
    const { bytes, records, count } = batch;
    let record = from;
    let connection = -1;
    let connected: Connected | undefined;
    for (; record < count && items.length < maxBatch; record++) {
      const word = record * RECORD_WORDS;
      const owner = records[word + 1] as number; // the record is in the batch, so are its words
      if (records[word] !== RecordKind.packet) {
        const item = this.#control(batch, record, make);
        if (item !== undefined) items.push(item);
        connection = -1;
        continue;
      }
      if (owner !== connection) {
        connection = owner;
        connected = this.#connections.get(owner);
      }
      if (connected === undefined) continue; // turned away, and had sent more
      const offset = records[word + 2] as number;
      const item = make.packet(connected, bytes, offset, offset + (records[word + 3] as number));
      if (item !== undefined) items.push(item);
    }
    this.#reports.tell();
    return record;
  }

  /** Decodes and counts the packet at `start` to `end` of `bytes`. */
  decode(
    connected: Connected,
    bytes: Uint8Array<ArrayBuffer>,
    start: number,
    end: number,
  ): Message | MalformedFrame {
    const { sandbox } = connected;
    const { counters } = sandbox;
    counters.bytes += end - start;
    const message = decodeFrame(sandbox, bytes, start, end);
    if (isMalformed(message)) {
      counters.malformed++;
      this.#reports.malformed(connected, message.error);
      return message;
    }
    counters.messages++;
    const dropped = sandbox.countDropped(message.droppedCount);
    if (dropped > 0) this.#reports.dropped(connected, dropped);
    if (!sandbox.identified) sandbox.identify(message);
    return message;
  }

  /** Emits the departures of sandboxes whose last messages have been handed out. */
  tellDepartures(): void {
    if (this.#departed.length === 0) return;
    const departed = this.#departed;
    this.#departed = [];
    for (const { connected, errno } of departed) {
      this.#reports.tellLast(connected);
      this.#events.emit("disconnect", connected.sandbox, { errno });
    }
  }

  /** The stream has ended: whoever is still there is gone with it. */
  end(): void {
    for (const connected of this.#connections.clear()) this.#depart(connected, 0);
    this.tellDepartures();
  }

  /**
   * Does what is due by time alone: turns away peers that do not shake hands, tells what was held back.
   *
   * @param received - how many handshakes the transport has received.
   */
  tick(received: () => number): void {
    for (const refusal of this.#connections.expire(performance.now(), received)) this.#refuse(refusal);
    this.#reports.tell();
  }

  /** When {@link tick} will have something to do; `undefined` where it will not. */
  get due(): number | undefined {
    const { deadline } = this.#connections;
    const { due } = this.#reports;
    return deadline === undefined || due === undefined ? (deadline ?? due) : Math.min(deadline, due);
  }

  /** A record that is no packet of an established connection. */
  #control<Item>(batch: PacketBatch, record: number, make: Makers<Item>): Item | undefined {
    const [kind, connection = 0, offset = 0, size = 0] = batch.records.subarray(record * RECORD_WORDS);
    switch (kind) {
      case RecordKind.open:
        this.#connections.opened(connection, readPeer(batch, record), performance.now());
        break;
      case RecordKind.handshake:
        this.#shakeHands(connection, batch.bytes.subarray(offset, offset + size));
        break;
      case RecordKind.truncated:
        return this.#truncated(connection, size, make);
      case RecordKind.closed: {
        const connected = this.#connections.closed(connection);
        if (connected === undefined) break;
        this.#depart(connected, size);
        return make.end?.(connected);
      }
    }
    return undefined;
  }

  #shakeHands(connection: number, packet: Uint8Array): void {
    const outcome = this.#connections.shakeHands(connection, packet);
    if (outcome === undefined) return;
    if ("error" in outcome) {
      this.#refuse(outcome);
    } else {
      this.#shaken++;
      this.#events.emit("connect", outcome.sandbox);
    }
  }

  #truncated<Item>(connection: number, size: number, make: Makers<Item>): Item | undefined {
    const connected = this.#connections.get(connection);
    if (connected === undefined) {
      const refusal = this.#connections.oversized(connection, size);
      if (refusal !== undefined) this.#refuse(refusal);
      return undefined;
    }
    connected.sandbox.counters.truncated++;
    const what = `a packet of ${size} bytes is over the limit of ${this.#options.maxMessageSize}`;
    const error = new TraceError("ERR_WIRE_TOO_LARGE", `${what}: it was skipped (see maxMessageSize)`);
    this.#reports.malformed(connected, error);
    return make.truncated?.(connected, error);
  }

  #refuse({ connection, error, peer }: Refusal): void {
    this.#refused++;
    this.#disconnect(connection);
    this.#events.emit("error", error, peer);
  }

  #depart(connected: Connected, errno: number): void {
    addCounters(this.#past, connected.sandbox.counters);
    this.#departed.push({ connected, errno: errno === 0 ? undefined : errno });
  }
}
