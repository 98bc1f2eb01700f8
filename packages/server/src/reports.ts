import type { TraceError } from "@sentrytap/core";
import type { EventEmitter } from "eventemitter3";
import type { Connected } from "./connections.ts";
import type { SentryServerEvents } from "./server-events.ts";

/** The least time between two events of one kind of one sandbox, in milliseconds. */
const intervalMs = 1_000;

/** What has happened to one sandbox and has not been told. */
export class SandboxReport {
  /** Points that its Sentry dropped. */
  dropped = 0;
  /** Before that time nothing is told of drops. */
  dropNotBefore = 0;
  /** Packets that could not be used. */
  malformed = 0;
  /** What was wrong with the last of them. */
  error: TraceError | undefined;
  /** Before that time nothing is told of malformed packets. */
  malformedNotBefore = 0;
}

/** Gathers drops and malformed packets into few events: a flood of the one makes no flood of the other. */
export class Reports {
  readonly #events: EventEmitter<SentryServerEvents>;
  readonly #pending = new Set<Connected>();

  constructor(events: EventEmitter<SentryServerEvents>) {
    this.#events = events;
  }

  dropped(connected: Connected, count: number): void {
    connected.report.dropped += count;
    this.#pending.add(connected);
  }

  malformed(connected: Connected, error: TraceError): void {
    connected.report.malformed++;
    connected.report.error = error;
    this.#pending.add(connected);
  }

  /** Emits what is due. */
  tell(): void {
    if (this.#pending.size === 0) return;
    const now = performance.now();
    for (const connected of this.#pending) {
      const { report } = connected;
      if (now >= report.dropNotBefore) this.#tellDropped(connected, now);
      if (now >= report.malformedNotBefore) this.#tellMalformed(connected, now);
      if (report.dropped === 0 && report.malformed === 0) this.#pending.delete(connected);
    }
  }

  /** Emits all that is left to say of a sandbox that is gone. */
  tellLast(connected: Connected): void {
    if (!this.#pending.delete(connected)) return;
    this.#tellDropped(connected, 0);
    this.#tellMalformed(connected, 0);
  }

  /** When something will be due; `undefined` where nothing waits. */
  get due(): number | undefined {
    let due: number | undefined;
    for (const { report } of this.#pending) {
      const drop = report.dropped > 0 ? report.dropNotBefore : Number.POSITIVE_INFINITY;
      const malformed = report.malformed > 0 ? report.malformedNotBefore : Number.POSITIVE_INFINITY;
      due = Math.min(due ?? Number.POSITIVE_INFINITY, drop, malformed);
    }
    return due;
  }

  #tellDropped({ sandbox, report }: Connected, now: number): void {
    const { dropped } = report;
    if (dropped === 0) return;
    report.dropped = 0;
    report.dropNotBefore = now + intervalMs;
    this.#events.emit("drop", sandbox, { dropped });
  }

  #tellMalformed({ sandbox, report }: Connected, now: number): void {
    const { malformed, error } = report;
    if (error === undefined) return;
    report.malformed = 0;
    report.error = undefined;
    report.malformedNotBefore = now + intervalMs;
    this.#events.emit("malformed", sandbox, { count: malformed, error });
  }
}
