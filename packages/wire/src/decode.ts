import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { TraceError } from "@sentrytap/core";
import { createView, type KnownMessage, payloadSchemas } from "./gen/views.ts";
import { MalformedFrame } from "./malformed-frame.ts";
import type { TracedSandbox } from "./sandbox.ts";
import { mergeNeeded } from "./scan.ts";
import { UnknownMessage } from "./unknown-message.ts";

/** A whole message, of a known type or not; narrows on `messageType` (0 where unknown). */
export type Message = KnownMessage | UnknownMessage;

/** Bytes of the header that this version writes and the least it accepts. */
export const headerSize = 8;

const tooShort = new TraceError("ERR_WIRE_MALFORMED", "the frame is shorter than its header of 8 bytes");
const badHeaderSize = new TraceError(
  "ERR_WIRE_MALFORMED",
  "the header's own size is below 8 or beyond the end of the frame",
);

/**
 * Decodes the frame at `start` to `end` of `bytes`: a header (`u16` its size, `u16` message type, `u32` dropped count,
 * little-endian; longer ones of newer Sentries are stepped over) and a message, as gVisor's
 * `pkg/sentry/seccheck/sinks/remote/wire` lays it out.
 *
 * The message is a view of `bytes` and keeps them alive. What cannot be decoded comes back as a {@link MalformedFrame};
 * nothing is thrown.
 */
export function decodeFrame(
  sandbox: TracedSandbox,
  bytes: Uint8Array<ArrayBuffer>,
  start = 0,
  end: number = bytes.length,
): Message | MalformedFrame {
  if (end - start < headerSize)
    return new MalformedFrame(sandbox, undefined, tooShort, bytes.subarray(start, end));
  const size = u16(bytes, start);
  if (size < headerSize || start + size > end) {
    return new MalformedFrame(sandbox, undefined, badHeaderSize, bytes.subarray(start, end));
  }
  const type = u16(bytes, start + 2);
  const droppedCount = (u16(bytes, start + 4) | (u16(bytes, start + 6) << 16)) >>> 0;
  try {
    return (
      createView(type, sandbox, droppedCount, bytes, start + size, end) ??
      new UnknownMessage(sandbox, droppedCount, type, bytes.subarray(start + size, end))
    );
  } catch (error) {
    if (error === mergeNeeded)
      return decodeMerged(sandbox, bytes.subarray(start, end), size, type, droppedCount);
    // Scans throw nothing else.
    return new MalformedFrame(sandbox, droppedCount, error as TraceError, bytes.subarray(start, end));
  }
}

/** The rare message in which one message field occurs twice: the reference decoder merges them, the view shows that. */
function decodeMerged(
  sandbox: TracedSandbox,
  frame: Uint8Array<ArrayBuffer>,
  size: number,
  type: number,
  droppedCount: number,
): Message | MalformedFrame {
  const schema = payloadSchemas[type];
  if (schema === undefined) throw mergeNeeded;
  try {
    const merged = toBinary(schema, fromBinary(schema, frame.subarray(size)));
    const view = createView(type, sandbox, droppedCount, merged, 0, merged.length);
    if (view === undefined) throw mergeNeeded;
    return view;
  } catch (cause) {
    const error = new TraceError("ERR_WIRE_MALFORMED", "a message field occurs twice, and not both decode", {
      cause,
    });
    return new MalformedFrame(sandbox, droppedCount, error, frame);
  }
}

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at] as number) | ((bytes[at + 1] as number) << 8); // in bounds: checked by the caller
}
