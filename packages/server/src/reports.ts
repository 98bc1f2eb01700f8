import type { TraceError } from "@sentrytap/core";
import type { EventEmitter } from "eventemitter3";
import type { Connected } from "./connections.ts";
import type { SentryServerEvents } from "./server-events.ts";

/** The least time between two `malformed` events of one sandbox, in milliseconds. */
const intervalMs = 1_000;

/** What has happened to one sandbox and has not been told. */
export class SandboxReport {
  /** Points that its Sentry dropped. */
  dropped = 0;
  /** Packets that could not be used. */
  malformed = 0;
  /** What was wrong with the last of them. */
  error: TraceError | undefined;
  /** Before that time nothing is told of malformed packets. */
  notBefore = 0;
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
      this.#tellDropped(connected);
      if (now >= connected.report.notBefore) this.#tellMalformed(connected, now);
      if (connected.report.malformed === 0) this.#pending.delete(connected);
    }
  }

  /** Emits all that is left to say of a sandbox that is gone. */
  tellLast(connected: Connected): void {
    if (!this.#pending.delete(connected)) return;
    this.#tellDropped(connected);
    this.#tellMalformed(connected, 0);
  }

  /** When something will be due; `undefined` where nothing waits. */
  get due(): number | undefined {
    let due: number | undefined;
    for (const { report } of this.#pending) due = Math.min(due ?? report.notBefore, report.notBefore);
    return due;
  }

  #tellDropped({ sandbox, report }: Connected): void {
    const { dropped } = report;
    if (dropped === 0) return;
    report.dropped = 0;
    this.#events.emit("drop", sandbox, { dropped });
  }

  #tellMalformed({ sandbox, report }: Connected, now: number): void {
    const { malformed, error } = report;
    if (error === undefined) return;
    report.malformed = 0;
    report.error = undefined;
    report.notBefore = now + intervalMs;
    this.#events.emit("malformed", sandbox, { count: malformed, error });
  }
}
