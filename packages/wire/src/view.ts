import type { JsonObject, Message as ProtoMessage } from "@bufbuild/protobuf";
import type { TracedSandbox } from "./sandbox.ts";

/**
 * A message over the bytes it came in: made in one pass that checks every field, after which each is read only when
 * asked. The bytes are not copied, so they must stay as they are: of a view whose bytes were changed, fields that are
 * read afterwards may have the old value, a new one, or nonsense.
 */
export interface View {
  /** The bytes that this view shows, its message somewhere among them. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where the message begins in `bytes`. */
  readonly start: number;
  /** Where it ends. */
  readonly end: number;
  /** Whether this message itself has fields that the schema does not know. */
  readonly hasOwnUnknown: boolean;
}

/** A {@link View} of a whole message, with what its frame's header said. */
export interface MessageView extends View {
  /** Message type, as in the header. */
  readonly messageType: number;
  /** The type's name, as in gVisor's enum `MessageType`. */
  readonly messageName: string;
  /** The sandbox that sent it. */
  readonly sandbox: TracedSandbox;
  /** Points dropped by the Sentry since the session began: cumulative, wraps at 2^32. */
  readonly droppedCount: number;
  /** The encoded message, without the header; a view of {@link bytes}. */
  readonly payload: Uint8Array<ArrayBuffer>;
  /** The same message as a protobuf-es object, decoded whole. */
  toMessage(): ProtoMessage;
  /** Proto JSON with original field names, defaults left out; fields that the schema does not know are under `$unknown`. */
  toJson(): JsonObject;
}
