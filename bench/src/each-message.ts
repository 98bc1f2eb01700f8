import { decodeFrame, isMessage, type Message, type TracedSandbox } from "@sentrytap/wire";
import type { Packets } from "./packets.ts";

let sandboxes = 0;

/** Decodes `packets` as those of a sandbox that starts, and hands every message to `look`. */
export function eachMessage({ bytes, starts, count }: Packets, look: (message: Message) => void): void {
  const sandbox: TracedSandbox = { id: `bench ${sandboxes++}`, arch: "x64" };
  for (let i = 0; i < count; i++) {
    const message = decodeFrame(sandbox, bytes, starts[i] as number, starts[i + 1] as number); // in bounds
    if (isMessage(message)) look(message);
  }
}
