import { expand, type Stage } from "@sentrytap/core";
import type { StreamItem } from "@sentrytap/wire";
import type { Event } from "./event.ts";
import { normalize } from "./normalize.ts";

/** The stage that turns messages into events. It keeps no state: what an event says is what its message says. */
export function events(): Stage<StreamItem, Event> {
  return expand("events", normalize);
}
