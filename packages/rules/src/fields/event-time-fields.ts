import type { TrackedEvent } from "@sentrytap/state";
import { formatIsoOffset, formatLocalDateTime, formatLocalTime, nanoseconds } from "../timestamp.ts";
import { define } from "./define.ts";
import type { Field, FieldContext } from "./field.ts";

const second = 1_000_000_000n;

/** A field that prints as text, and is nanoseconds in JSON. */
function clock(name: string, description: string, format: (timeNs: bigint) => string): Field {
  return define({
    name,
    type: "string",
    description,
    needs: ["context:time"],
    read: ({ timeNs }) => (timeNs === undefined ? undefined : format(timeNs)),
    json: ({ timeNs }) => timeNs,
  });
}

function span(
  name: string,
  description: string,
  read: (event: TrackedEvent, context: FieldContext) => bigint | undefined,
  format?: (ns: bigint) => string,
): Field {
  const own = format === undefined ? {} : { format };
  return define({
    name,
    type: "duration",
    description,
    needs: ["context:time"],
    read: (event, _, context) => read(event, context),
    ...own,
  });
}

/** Falco prints parts of a second, and `evt.reltime`, with nine digits. */
function nineDigits(ns: bigint): string {
  return String(ns).padStart(9, "0");
}

function since(start: bigint | undefined, { timeNs }: TrackedEvent): bigint | undefined {
  return timeNs === undefined ? undefined : timeNs - (start ?? timeNs);
}

/** `evt.time` and its kin. */
export const eventTimeFields: readonly Field[] = [
  clock(
    "evt.time",
    "Time of the event, local, with nanoseconds.",
    (ns) => `${formatLocalTime(ns)}.${nanoseconds(ns)}`,
  ),
  clock("evt.time.s", "Time of the event, local, without nanoseconds.", formatLocalTime),
  clock("evt.time.iso8601", "Time of the event in UTC as ISO 8601.", formatIsoOffset),
  clock("evt.datetime", "Date and time of the event, local, with nanoseconds.", (ns) => {
    return `${formatLocalDateTime(ns)}.${nanoseconds(ns)}`;
  }),
  clock("evt.outputtime", "Time of the event, local, with nanoseconds: as evt.time.", (ns) => {
    return `${formatLocalTime(ns)}.${nanoseconds(ns)}`;
  }),
  clock("evt.datetime.s", "Date and time of the event, local.", formatLocalDateTime),
  define({
    name: "evt.rawtime",
    type: "time",
    description: "Nanoseconds since the epoch.",
    needs: ["context:time"],
    read: ({ timeNs }) => timeNs,
  }),
  define({
    name: "evt.rawtime.s",
    type: "time",
    description: "Seconds since the epoch.",
    needs: ["context:time"],
    read: ({ timeNs }) => timeNs && timeNs / second,
  }),
  define({
    name: "evt.rawtime.ns",
    type: "time",
    description: "Nanoseconds within the second.",
    needs: ["context:time"],
    read: ({ timeNs }) => timeNs && timeNs % second,
    format: nanoseconds,
  }),
  define({
    name: "evt.reltime",
    type: "duration",
    description: "Nanoseconds since the first event.",
    needs: ["context:time"],
    read: (event, _, { firstTimeNs }) => since(firstTimeNs, event),
    format: nineDigits,
  }),
  span("evt.reltime.s", "Seconds since the first event.", (event, { firstTimeNs }) => {
    const time = since(firstTimeNs, event);
    return time && time / second;
  }),
  span(
    "evt.reltime.ns",
    "Nanoseconds within the second since the first event.",
    (event, { firstTimeNs }) => {
      const time = since(firstTimeNs, event);
      return time && time % second;
    },
    nineDigits,
  ),
  span("evt.deltatime", "Nanoseconds since the event before.", (event, { previousTimeNs }) => {
    return since(previousTimeNs, event);
  }),
  span("evt.deltatime.s", "Seconds since the event before.", (event, { previousTimeNs }) => {
    const time = since(previousTimeNs, event);
    return time && time / second;
  }),
  span(
    "evt.deltatime.ns",
    "Nanoseconds within the second since the event before.",
    (event, { previousTimeNs }) => {
      const time = since(previousTimeNs, event);
      return time && time % second;
    },
    nineDigits,
  ),
];
