import type { SandboxEnd } from "@sentrytap/wire";
import type { SandboxEndEvent } from "./event.ts";
import { type Definition, NormalizedEvent } from "./normalized-event.ts";

const definition: Definition<SandboxEnd, object> = { category: "other", args: () => ({}) };

/** The last event of a sandbox. */
export function sandboxEnd(end: SandboxEnd): SandboxEndEvent {
  const event = new NormalizedEvent("sandbox_end", "exit", end, undefined, definition, undefined, undefined);
  // Its type, message and parameters are those of a sandbox's end.
  return event as unknown as SandboxEndEvent;
}
