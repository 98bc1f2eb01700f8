import type { StreamItem } from "@sentrytap/wire";
import type { GapEvent } from "./event.ts";
import { NormalizedEvent } from "./normalized-event.ts";
import type { GapArgs } from "./stream-args.ts";

/** The event of something missing, which `message` gave away. It happened to the thread of that message. */
export function gap(message: StreamItem, args: GapArgs): GapEvent {
  const { sandbox, droppedCount, contextData: context } = message;
  const event = new NormalizedEvent(
    "gap",
    "exit",
    { category: "other", args: () => args },
    message,
    sandbox,
    droppedCount,
    context,
    undefined,
    context?.threadId || undefined,
    context?.threadGroupId || undefined,
  );
  // Its type, message and parameters are a gap's.
  return event as unknown as GapEvent;
}
