import type { TraceError } from "@sentrytap/core";
import type { Malformed } from "./server-events.ts";

/** The least time between two reports of one sandbox, in milliseconds. */
const intervalMs = 1_000;

/** Gathers what is wrong with a sandbox's packets into one report a second, so that a flood makes no flood of reports. */
export class MalformedReport {
  #count = 0;
  #error: TraceError | undefined;
  #nextAt = 0;

  /** Counts one; returns a report where one is due. */
  add(error: TraceError, now: number): Malformed | undefined {
    this.#count++;
    this.#error = error;
    if (now < this.#nextAt) return undefined;
    this.#nextAt = now + intervalMs;
    return this.take();
  }

  /** What has not been reported, if anything. */
  take(): Malformed | undefined {
    if (this.#error === undefined) return undefined;
    const report = { count: this.#count, error: this.#error };
    this.#count = 0;
    this.#error = undefined;
    return report;
  }
}
