// include/uapi/linux/time.h of Linux, in order; a hyphen for one that is no more.
const names = `
  CLOCK_REALTIME CLOCK_MONOTONIC CLOCK_PROCESS_CPUTIME_ID CLOCK_THREAD_CPUTIME_ID CLOCK_MONOTONIC_RAW
  CLOCK_REALTIME_COARSE CLOCK_MONOTONIC_COARSE CLOCK_BOOTTIME CLOCK_REALTIME_ALARM CLOCK_BOOTTIME_ALARM - CLOCK_TAI`
  .trim()
  .split(/\s+/);

/** The name of a clock, as `CLOCK_MONOTONIC` for 1; `undefined` where Linux has none of that number. */
export function clockName(clock: number): string | undefined {
  const name = names[clock];
  return name === "-" ? undefined : name;
}
