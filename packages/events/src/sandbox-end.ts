import type { SandboxEnd } from "@sentrytap/wire";
import type { SandboxEndEvent } from "./event.ts";
import { type Definition, NormalizedEvent } from "./normalized-event.ts";

const definition: Definition<SandboxEnd, object> = { category: "other", args: () => ({}) };

/** The last event of a sandbox. */
export function sandboxEnd(end: SandboxEnd): SandboxEndEvent {
  const { sandbox } = end;
  const event = new NormalizedEvent(
    "sandbox_end",
    "exit",
    definition,
    end,
    sandbox,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  );
  // Its type, message and parameters are those of a sandbox's end.
  return event as unknown as SandboxEndEvent;
}
