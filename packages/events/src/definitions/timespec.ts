import type { TimespecView } from "@sentrytap/wire";

/** A `struct timespec` in nanoseconds; `undefined` where the message has none. */
export function nanoseconds(time: TimespecView | undefined): bigint | undefined {
  return time && time.sec * 1_000_000_000n + time.nsec;
}
