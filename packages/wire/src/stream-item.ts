import type { Message } from "./decode.ts";
import type { MalformedFrame } from "./malformed-frame.ts";
import type { TracedSandbox } from "./sandbox.ts";

/** The last item of a sandbox's stream: the connection is closed, or the recording is over. */
export class SandboxEnd {
  readonly messageType = -2;
  readonly messageName = "END";
  readonly contextData = undefined;
  readonly droppedCount = undefined;
  readonly sandbox: TracedSandbox;

  constructor(sandbox: TracedSandbox) {
    this.sandbox = sandbox;
  }
}

/** What the stream of a sandbox carries: its messages, frames that are none, and its end. Narrows on `messageType`. */
export type StreamItem = Message | MalformedFrame | SandboxEnd;

/** Whether `item` is a message. */
export function isMessage(item: StreamItem): item is Message {
  return item.messageType >= 0;
}
