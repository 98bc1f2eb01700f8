import type { TraceError } from "@sentrytap/core";
import type { TracedSandbox } from "./sandbox.ts";

/** A frame that is not what the protocol says. A value and no exception: one bad frame spoils no other. */
export class MalformedFrame {
  readonly messageType = -1;
  readonly messageName = "MALFORMED";
  /** What did not decode tells of no context. */
  readonly contextData = undefined;
  readonly sandbox: TracedSandbox;
  /**
   * Points dropped by the Sentry since the session began: cumulative, wraps at 2^32. `undefined` where not even the
   * header could be read.
   */
  readonly droppedCount: number | undefined;
  /** What is wrong, code `ERR_WIRE_MALFORMED`. Shared among frames with the same fault. */
  readonly error: TraceError;
  /** The frame as it came, header and all; a view of the batch's bytes. */
  readonly frame: Uint8Array<ArrayBuffer>;

  constructor(
    sandbox: TracedSandbox,
    droppedCount: number | undefined,
    error: TraceError,
    frame: Uint8Array<ArrayBuffer>,
  ) {
    this.sandbox = sandbox;
    this.droppedCount = droppedCount;
    this.error = error;
    this.frame = frame;
  }
}

/** Whether `frame` did not decode. */
export function isMalformed(frame: { readonly messageType: number }): frame is MalformedFrame {
  return frame.messageType === -1;
}
