import { Buffer, isUtf8 } from "node:buffer";
import { TraceError } from "@sentrytap/core";
import { RepeatedBytes } from "./repeated-bytes.ts";
import { wordsOf } from "./words.ts";

// The primitives of the generated views: `skip...` steps over a value, checking it, and returns where the next one
// begins; `read...` reads a value that was checked. Verdicts and values are those of BinaryReader of protobuf-es, byte
// by byte, odd corners included. `limit` is the end of the packet, which no value may pass.

/** Thrown, as one of a few shared instances, for a payload that does not decode. */
const failure = (message: string): TraceError => new TraceError("ERR_WIRE_MALFORMED", message);
const truncated = failure("the payload ends inside a field");
const badTag = failure("a field has an illegal number or wire type");
const badVarint = failure("a number is longer than ten bytes");
const badText = failure("a string is not UTF-8");
const badGroup = failure("a group does not end, or nests too deep");

/** Thrown where a message field occurs twice: the two are one, merged, which no view over the bytes can show. */
export const mergeNeeded: TraceError = failure("a message field occurs twice");

export function throwTruncated(): never {
  throw truncated;
}
export function throwBadTag(): never {
  throw badTag;
}
export function throwMerge(): never {
  throw mergeNeeded;
}

export function skipVarint(bytes: Uint8Array, start: number, limit: number): number {
  let pos = start;
  const last = start + 9;
  while ((bytes[pos] as number) > 0x7f) {
    if (pos === last) throw badVarint;
    pos++;
  }
  if (pos >= limit) throw truncated;
  return pos + 1;
}

export function skipBytes(bytes: Uint8Array, start: number, limit: number): number {
  const size = bytes[start] as number;
  const end = size < 0x80 ? start + 1 + size : skipVarint(bytes, start, limit) + readUint32(bytes, start);
  if (end > limit) throw truncated;
  return end;
}

export function skipString(bytes: Uint8Array, start: number, limit: number): number {
  let body = start + 1;
  let end = body + (bytes[start] as number);
  if (end - body > 0x7f) {
    body = skipVarint(bytes, start, limit);
    end = body + readUint32(bytes, start);
  }
  if (!(end <= limit)) throw truncated;
  if (!isAscii(bytes, body, end) && !isUtf8(bytes.subarray(body, end))) throw badText;
  return end;
}

/** Four bytes a turn: for text of this length faster than the call into Node's own. */
function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  const words = wordsOf(bytes);
  let seen = 0;
  let i = start;
  for (; i + 16 <= end; i += 16) {
    seen |=
      words.getInt32(i, true) |
      words.getInt32(i + 4, true) |
      words.getInt32(i + 8, true) |
      words.getInt32(i + 12, true);
  }
  for (; i + 4 <= end; i += 4) seen |= words.getInt32(i, true);
  for (; i < end; i++) seen |= words.getInt8(i);
  return (seen & 0x8080_8080) === 0;
}

/** How deep messages and groups may nest. */
const maxDepth = 100;

/**
 * Steps over a field that the schema does not know, in a message or group `depth` deep; `tag` has been read, `start` is
 * behind it.
 */
export function skipUnknown(
  bytes: Uint8Array,
  start: number,
  limit: number,
  tag: number,
  depth: number,
): number {
  if (tag >>> 3 === 0 || (tag & 7) > 5) throw badTag;
  let pos = start;
  switch (tag & 7) {
    case 0:
      // Of any length: nobody reads its value.
      while ((bytes[pos++] as number) > 0x7f);
      break;
    case 1:
      pos += 8;
      break;
    case 2:
      return skipBytes(bytes, pos, limit);
    case 5:
      pos += 4;
      break;
    case 3:
      return skipGroup(bytes, pos, limit, tag >>> 3, depth);
    default:
      throw badTag;
  }
  if (pos > limit) throw truncated;
  return pos;
}

function skipGroup(bytes: Uint8Array, start: number, limit: number, field: number, depth: number): number {
  if (depth >= maxDepth) throw badGroup;
  let pos = start;
  for (;;) {
    const tag = readTag(bytes, pos);
    pos = skipVarint(bytes, pos, limit);
    if ((tag & 7) > 5 || tag >>> 3 === 0) throw badTag;
    if ((tag & 7) === 4) {
      if (tag >>> 3 !== field) throw badGroup;
      return pos;
    }
    pos = skipUnknown(bytes, pos, limit, tag, depth + 1);
  }
}

/** A tag of any length: beyond 32 bits it is refused. */
export function readTag(bytes: Uint8Array, at: number): number {
  let size = 1;
  while ((bytes[at + size - 1] as number) > 0x7f) if (++size > 5) throw badTag;
  if (size === 5 && (bytes[at + 4] as number) > 0x0f) throw badTag;
  return readUint32(bytes, at);
}

export function readUint32(bytes: Uint8Array, at: number): number {
  let byte = bytes[at] as number;
  if (byte < 0x80) return byte;
  let value = byte & 0x7f;
  for (let shift = 7; shift < 35; shift += 7) {
    byte = bytes[++at] as number;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return value >>> 0;
}

export function readInt32(bytes: Uint8Array, at: number): number {
  return readUint32(bytes, at) | 0;
}

export function readBool(bytes: Uint8Array, at: number): boolean {
  return readUint64AsNumber(bytes, at) !== 0;
}

/** The upper half of a 64-bit number; {@link readUint32} has the lower. */
function readHigh(bytes: Uint8Array, at: number): number {
  let pos = at;
  while (pos < at + 4) if ((bytes[pos++] as number) < 0x80) return 0;
  let byte = bytes[pos] as number;
  let high = (byte & 0x70) >> 4;
  for (let shift = 3; byte > 0x7f && shift < 32; shift += 7) {
    byte = bytes[++pos] as number;
    high |= (byte & 0x7f) << shift;
  }
  return high >>> 0;
}

export function readUint64(bytes: Uint8Array, at: number): bigint {
  return (BigInt(readHigh(bytes, at)) << 32n) | BigInt(readUint32(bytes, at));
}

export function readInt64(bytes: Uint8Array, at: number): bigint {
  return BigInt.asIntN(64, readUint64(bytes, at));
}

export function readUint64AsNumber(bytes: Uint8Array, at: number): number {
  const byte = bytes[at] as number;
  return byte < 0x80 ? byte : readHigh(bytes, at) * 0x1_0000_0000 + readUint32(bytes, at);
}

export function readInt64AsNumber(bytes: Uint8Array, at: number): number {
  const byte = bytes[at] as number;
  if (byte < 0x80) return byte;
  if (!hasNineBytes(bytes, at)) return (readHigh(bytes, at) | 0) * 0x1_0000_0000 + readUint32(bytes, at);
  const words = wordsOf(bytes);
  const middle = joinSevens(words.getInt32(at + 4, true));
  const high = ((bytes[at + 8] as number) << 24) | (middle >>> 4);
  return high * 0x1_0000_0000 + ((joinSevens(words.getInt32(at, true)) | (middle << 28)) >>> 0);
}

/** Whether a varint has nine bytes, as every time of our day has: it is read without a loop. */
function hasNineBytes(bytes: Uint8Array, at: number): boolean {
  if (at + 9 > bytes.length) return false;
  const words = wordsOf(bytes);
  const first8 = words.getInt32(at, true) & words.getInt32(at + 4, true);
  return (first8 & 0x8080_8080) === (0x8080_8080 | 0) && (bytes[at + 8] as number) < 0x80;
}

/** The 28 bits of four bytes of a varint. */
function joinSevens(word: number): number {
  return (word & 0x7f) | ((word >>> 1) & 0x3f80) | ((word >>> 2) & 0x1f_c000) | ((word >>> 3) & 0xfe0_0000);
}

/** What Buffer's toString calls: it reads any Uint8Array, twice as fast as TextDecoder, which needs a view of it. */
const { utf8Slice } = Buffer.prototype as unknown as {
  utf8Slice(this: Uint8Array, start: number, end: number): string; // not documented, and there since Node 6
};

export function readString(bytes: Uint8Array, at: number): string {
  const size = bytes[at] as number;
  if (size < 0x80) return decodeText(bytes, at + 1, at + 1 + size);
  const body = skipVarint(bytes, at, bytes.length);
  return decodeText(bytes, body, body + readUint32(bytes, at));
}

export function readBytes(bytes: Uint8Array<ArrayBuffer>, at: number): Uint8Array<ArrayBuffer> {
  const body = skipVarint(bytes, at, bytes.length);
  return bytes.subarray(body, body + readUint32(bytes, at));
}

/** Paths and names repeat: to find one again takes a third of the time that making it does. */
const texts = new RepeatedBytes<string>(10, 128);

/** Up to this many bytes a loop beats the call into Node. */
const shortText = 7;

function decodeText(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > shortText) {
    const known = texts.find(bytes, start, end);
    if (known !== undefined) return known;
    const text = utf8Slice.call(bytes, start, end);
    texts.keep(bytes, start, end, text);
    return text;
  }
  let short = "";
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte > 0x7f) return utf8Slice.call(bytes, start, end);
    short += String.fromCharCode(byte);
  }
  return short;
}
