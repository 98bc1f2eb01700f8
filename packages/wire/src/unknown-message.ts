import type { TracedSandbox } from "./sandbox.ts";

/**
 * A message of a type that this version does not know. Newer Sentries may send such, and it is no error: the bytes are
 * there for whoever knows more.
 */
export class UnknownMessage {
  readonly messageType = 0;
  readonly messageName = "MESSAGE_UNKNOWN";
  /** Where its context would be is not known. */
  readonly contextData = undefined;
  readonly sandbox: TracedSandbox;
  /** Points dropped by the Sentry since the session began: cumulative, wraps at 2^32. */
  readonly droppedCount: number;
  /** The message type that the header named. */
  readonly receivedType: number;
  /** The payload as it came; a view of the batch's bytes. */
  readonly payload: Uint8Array<ArrayBuffer>;

  constructor(
    sandbox: TracedSandbox,
    droppedCount: number,
    receivedType: number,
    payload: Uint8Array<ArrayBuffer>,
  ) {
    this.sandbox = sandbox;
    this.droppedCount = droppedCount;
    this.receivedType = receivedType;
    this.payload = payload;
  }
}
