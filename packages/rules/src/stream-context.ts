import type { TrackedEvent } from "@sentrytap/state";
import type { FieldContext } from "./fields/field.ts";

/** What fields know beside the event, as it changes along a stream of events. */
export class StreamContext implements FieldContext {
  eventNumber = 0;
  firstTimeNs: bigint | undefined = undefined;
  hostname: string;
  #event: TrackedEvent | undefined = undefined;
  #previous: TrackedEvent | undefined = undefined;

  constructor(hostname: string) {
    this.hostname = hostname;
  }

  /** Read when it is asked for: reading every event's time costs more than judging most of them. */
  get previousTimeNs(): bigint | undefined {
    return this.#previous?.timeNs;
  }

  /** Goes on to `event`, which rules see. */
  advance(event: TrackedEvent): void {
    this.eventNumber++;
    this.#previous = this.#event;
    this.#event = event;
    this.firstTimeNs ??= event.timeNs;
  }
}
