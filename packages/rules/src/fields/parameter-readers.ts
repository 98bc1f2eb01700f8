import type { EventOf, EventType } from "@sentrytap/events";
import type { Tracked } from "@sentrytap/state";
import type { Parameter } from "./parameter.ts";

/** An event of `Type`, with its state. */
export type On<Type extends EventType> = EventOf<Type> & Tracked;

/** Reads one parameter; `undefined` where this event does not tell it. */
export type ParameterReader<Event> = (event: Event) => Parameter | undefined;

/**
 * How the parameters of some types of events are read, by Falco's names. Parameters that Falco has and gVisor does not tell
 * are left out: they keep their places in Falco's order (falco-parameters.ts), and have no value.
 */
export type ParameterReaders<Type extends EventType> = {
  readonly [Each in Type]: Readonly<Record<string, ParameterReader<On<Each>>>>;
};
