import type { Message as ProtoMessage } from "@bufbuild/protobuf";
import type { TracedSandbox } from "./sandbox.ts";

/**
 * A message over the bytes it came in: made in one pass that checks every field, after which each is read only when
 * asked. The bytes are not copied: whoever changes them changes the view.
 */
export abstract class View {
  /** The bytes that this view reads, its message somewhere among them. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where the message begins in `bytes`. */
  readonly start: number;
  /** Where it ends. */
  end: number;
  /** Whether this message itself has fields that the schema does not know. */
  hasOwnUnknown: boolean;

  constructor(bytes: Uint8Array<ArrayBuffer>, start: number) {
    this.bytes = bytes;
    this.start = start;
    this.end = start;
    this.hasOwnUnknown = false;
  }
}

/** A {@link View} of a whole message, with what its frame's header said. */
export abstract class MessageView extends View {
  /** Message type, as in the header. */
  readonly messageType: number;
  /** The type's name, as in gVisor's enum `MessageType`. */
  readonly messageName: string;
  /** The sandbox that sent it. */
  readonly sandbox: TracedSandbox;
  /** Points dropped by the Sentry since the session began: cumulative, wraps at 2^32. */
  readonly droppedCount: number;

  constructor(
    messageType: number,
    messageName: string,
    sandbox: TracedSandbox,
    droppedCount: number,
    bytes: Uint8Array<ArrayBuffer>,
    start: number,
    end: number,
  ) {
    super(bytes, start);
    this.messageType = messageType;
    this.messageName = messageName;
    this.sandbox = sandbox;
    this.droppedCount = droppedCount;
    this.end = end;
  }

  /** The encoded message, without the header; a view of {@link bytes}. */
  get payload(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(this.start, this.end);
  }

  abstract toMessage(): ProtoMessage;
}
