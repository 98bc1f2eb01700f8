const rfc3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?(Z|[+-]\d\d:\d\d)$/;

/** A time as Docker writes it, in nanoseconds since the epoch; `undefined` for none, which Go writes as one of the year 1. */
export function timeNs(text: string | undefined): bigint | undefined {
  const [, seconds, fraction = "", zone] = text?.match(rfc3339) ?? [];
  const ms = Date.parse(`${seconds}${zone}`);
  if (!(ms > 0)) return undefined;
  return BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, "0"));
}
