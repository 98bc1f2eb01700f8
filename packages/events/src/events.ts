import { expand, type Stage } from "@sentrytap/core";
import { isMalformed, type MalformedFrame, type Message } from "@sentrytap/wire";
import type { Event } from "./event.ts";
import { normalize } from "./normalize.ts";

/**
 * The stage that turns messages into events. It keeps no state: what an event says is what its message says. Malformed
 * frames and messages of unknown type make no event.
 */
export function events(): Stage<Message | MalformedFrame, Event> {
  return expand("events", (message: Message | MalformedFrame, emit: (event: Event) => void) => {
    if (!isMalformed(message)) normalize(message, emit);
  });
}
