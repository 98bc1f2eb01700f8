import type { TrackedEvent } from "@sentrytap/state";
import type { FieldContext } from "./fields/field.ts";

/** What fields know beside the event, as it changes along a stream of events. */
export class StreamContext implements FieldContext {
  eventNumber = 0;
  firstTimeNs: bigint | undefined = undefined;
  previousTimeNs: bigint | undefined = undefined;
  readonly hostname: string;
  /** Whether a field asks for the time between events: reading every event's costs more than judging most of them. */
  readonly #readsTimes: boolean;
  #timeNs: bigint | undefined = undefined;

  /** `fields`: the names of those that are read. */
  constructor(fields: Iterable<string>, hostname: string) {
    this.hostname = hostname;
    this.#readsTimes = [...fields].some((name) => /^evt\.(?:rel|delta)time/.test(name));
  }

  /** Goes on to `event`, which rules see. */
  advance(event: TrackedEvent): void {
    this.eventNumber++;
    if (!this.#readsTimes) return;
    this.previousTimeNs = this.#timeNs;
    this.#timeNs = event.timeNs;
    this.firstTimeNs ??= this.#timeNs;
  }
}
