const second = 1_000_000_000n;

/** Nine digits of nanoseconds; of a time before 1970, those since the second before it. */
export function nanoseconds(timeNs: bigint): string {
  return String(((timeNs % second) + second) % second).padStart(9, "0");
}

/** `2026-11-21T18:41:01.313392178Z`. */
export function formatIso(timeNs: bigint): string {
  return `${isoSeconds(timeNs)}.${nanoseconds(timeNs)}Z`;
}

/** `2026-11-21T18:41:01.313392178+0000`, as Falco begins an output where it is told to use ISO 8601. */
export function formatIsoOffset(timeNs: bigint): string {
  return `${isoSeconds(timeNs)}.${nanoseconds(timeNs)}+0000`;
}

function isoSeconds(timeNs: bigint): string {
  return date(timeNs).toISOString().slice(0, 19);
}

/** `18:41:01`, in the time zone of this process. */
export function formatLocalTime(timeNs: bigint): string {
  const at = date(timeNs);
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map(twoDigits).join(":");
}

/** `2026-11-21 18:41:01`, in the time zone of this process. */
export function formatLocalDateTime(timeNs: bigint): string {
  const at = date(timeNs);
  const day = [at.getFullYear(), twoDigits(at.getMonth() + 1), twoDigits(at.getDate())].join("-");
  return `${day} ${formatLocalTime(timeNs)}`;
}

/** What a sandbox says may lie beyond what a Date can hold. */
function date(timeNs: bigint): Date {
  const sinceSecond = BigInt(nanoseconds(timeNs));
  const milliseconds = Number((timeNs - sinceSecond) / 1_000_000n + sinceSecond / 1_000_000n);
  return new Date(Math.abs(milliseconds) <= 8.64e15 ? milliseconds : 0);
}

function twoDigits(n: number): string {
  return String(n).padStart(2, "0");
}
