/** What a record of a {@link PacketBatch} tells, as a number in the record's first word. */
export const RecordKind = {
  /** A peer has connected; its payload says who it is, see {@link readPeer}. */
  open: 1,
  /** The first packet of a connection. It has been answered already, if the listener has an answer. */
  handshake: 2,
  /** A later packet, which may be empty. */
  packet: 3,
  /** A packet over its limit, skipped: no payload, and the true size as the fourth word. A first packet so is not answered. */
  truncated: 4,
  /** The connection is gone, and nothing of it comes after: no payload, and the errno as the fourth word, 0 when orderly. */
  closed: 5,
} as const;

/** One of the numbers of {@link (RecordKind:variable)}. */
export type RecordKind = (typeof RecordKind)[keyof typeof RecordKind];

/** How many words of {@link PacketBatch.records} one record takes. */
export const RECORD_WORDS = 4;

/**
 * What one wake-up delivered: packets, and connections that came and went, in the order of their arrival.
 *
 * Flat arrays and not objects, because a packet costs less than its object would. Record i is the four words of
 * `records` from `i * RECORD_WORDS` on: kind, connection, offset in `bytes`, size (or what {@link (RecordKind:variable)}
 * says of the fourth word).
 *
 * @example
 * for (let word = 0; word < batch.records.length; word += RECORD_WORDS) {
 *   const [kind, connection, offset = 0, size = 0] = batch.records.subarray(word, word + RECORD_WORDS);
 *   if (kind === RecordKind.packet) handle(connection, batch.bytes.subarray(offset, offset + size));
 * }
 */
export interface PacketBatch {
  /** All payloads, one after the other: the consumer's own for as long as it holds them. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The records, `count * RECORD_WORDS` words. */
  readonly records: Uint32Array<ArrayBuffer>;
  /** How many records there are, at least one. */
  readonly count: number;
}

/** Who connected: the process that called connect(), as the kernel noted it at that moment. */
export interface Peer {
  /** 0 when the process is not visible from our pid namespace. */
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
  /**
   * The arguments of the process, read before its first packet was answered and so while it was waiting for us; of
   * the first 4096 bytes. Empty when /proc did not show them.
   */
  readonly cmdline: readonly string[];
}

const PEER_HEAD = 12;

/**
 * Who the connection is of that a record of kind `open` announces.
 *
 * @param index - which record of the batch, from 0.
 */
export function readPeer(batch: PacketBatch, index: number): Peer {
  const { bytes, records } = batch;
  const offset = records[index * RECORD_WORDS + 2] ?? 0;
  const size = records[index * RECORD_WORDS + 3] ?? 0;
  const head = new DataView(bytes.buffer, bytes.byteOffset + offset, PEER_HEAD);
  const cmdline = new TextDecoder().decode(bytes.subarray(offset + PEER_HEAD, offset + size));
  return {
    pid: head.getUint32(0, littleEndian),
    uid: head.getUint32(4, littleEndian),
    gid: head.getUint32(8, littleEndian),
    // Each argument ends with a NUL, the last one too unless the text was cut.
    cmdline: cmdline === "" ? [] : cmdline.replace(/\0$/, "").split("\0"),
  };
}

// The addon writes numbers the way the machine has them.
const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
