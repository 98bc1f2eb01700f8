import { expand, type Stage } from "@sentrytap/core";
import type { MalformedFrame, Message } from "@sentrytap/wire";
import type { Event } from "./event.ts";
import { normalize } from "./normalize.ts";

/** The stage that turns messages into events. It keeps no state: what an event says is what its message says. */
export function events(): Stage<Message | MalformedFrame, Event> {
  return expand("events", normalize);
}
