import { headerSize } from "./decode.ts";

/** What {@link encodeFrame} puts into the header beside the type. */
export interface EncodeFrameOptions {
  /** The cumulative dropped count, 0 to 2^32 - 1. Default 0. */
  readonly droppedCount?: number;
}

/**
 * A frame as a Sentry would send it: for replay, and for tests. `payload` is an encoded message, as `toBinary` of
 * protobuf-es gives it.
 */
export function encodeFrame(
  messageType: number,
  payload: Uint8Array,
  options: EncodeFrameOptions = {},
): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(headerSize + payload.length);
  const header = new DataView(frame.buffer);
  header.setUint16(0, headerSize, true);
  header.setUint16(2, messageType, true);
  header.setUint32(4, options.droppedCount ?? 0, true);
  frame.set(payload, headerSize);
  return frame;
}
