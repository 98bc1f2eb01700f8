import { TraceError } from "@sentrytap/core";
import { headerSize } from "./decode.ts";

/** What {@link encodeFrame} puts into the header beside the type. */
export interface EncodeFrameOptions {
  /** The cumulative dropped count, 0 to 2^32 - 1. Default 0. */
  readonly droppedCount?: number;
}

/**
 * A frame as a Sentry would send it: for replay, and for tests. `payload` is an encoded message, as `toBinary` of
 * protobuf-es gives it.
 *
 * @throws {TraceError} `ERR_INVALID_ARGUMENT` where the type does not fit 16 bits, or the count 32.
 */
export function encodeFrame(
  messageType: number,
  payload: Uint8Array,
  options: EncodeFrameOptions = {},
): Uint8Array<ArrayBuffer> {
  const { droppedCount = 0 } = options;
  checkUnsigned("messageType", messageType, 0xffff);
  checkUnsigned("droppedCount", droppedCount, 0xffff_ffff);
  const frame = new Uint8Array(headerSize + payload.length);
  const header = new DataView(frame.buffer);
  header.setUint16(0, headerSize, true);
  header.setUint16(2, messageType, true);
  header.setUint32(4, droppedCount, true);
  frame.set(payload, headerSize);
  return frame;
}

function checkUnsigned(name: string, value: number, most: number): void {
  if (Number.isInteger(value) && value >= 0 && value <= most) return;
  throw new TraceError(
    "ERR_INVALID_ARGUMENT",
    `${name} must be an integer from 0 to ${most}, and is ${value}`,
  );
}
