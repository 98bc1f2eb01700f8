import type { Architecture } from "../architecture.ts";
import { describeContradiction } from "../compiling/contradictions.ts";
import type { FieldValue } from "../fields/field.ts";
import { jsonText } from "../json-text.ts";
import { rawPoint, syscallNumbers } from "./trace-points.ts";

/** Where a rule reads a field. */
export type FieldUse = "condition" | "output";

/**
 * Why a rule cannot fire, or what of it never comes to anything. Event types and points are those that it is about.
 */
export type CoverageReason =
  /** The rule is not enabled; the others are judged as if it were. */
  | { readonly kind: "disabled" }
  /** The parts of the condition exclude each other; one alone is never true. None: it asks for types that exclude each other. */
  | { readonly kind: "contradiction"; readonly parts: readonly string[] }
  /** No point of gVisor reports these events. */
  | { readonly kind: "no-event"; readonly eventTypes: readonly string[] }
  /** Only raw points report these events: their names differ with the CPU of the sandbox. */
  | { readonly kind: "raw-only"; readonly eventTypes: readonly string[]; readonly points: readonly string[] }
  /** The fields never have a value: nothing in the stream tells. */
  | {
      readonly kind: "never-filled";
      readonly fields: readonly string[];
      readonly why: string;
      readonly use: FieldUse;
    }
  /** Only a source outside the sandbox fills the fields. */
  | {
      readonly kind: "filled-by";
      readonly fields: readonly string[];
      readonly source: string;
      readonly use: FieldUse;
    }
  /** The field has no value on these events. */
  | {
      readonly kind: "no-value";
      readonly field: string;
      readonly use: FieldUse;
      readonly eventTypes: readonly string[];
      readonly why: string;
    }
  /** The field has these values and no others on these events, so that a comparison is never true. */
  | {
      readonly kind: "one-value";
      readonly field: string;
      readonly values: readonly FieldValue[];
      readonly eventTypes: readonly string[];
      readonly why: string | undefined;
    }
  /** The comparison is never true, or always where the rule asks for the opposite. */
  | { readonly kind: "settled"; readonly comparison: string; readonly eventTypes: readonly string[] }
  /** The session lacks points: those of these events, or those that tell what the fields say. */
  | (Lacking & { readonly kind: "missing-point"; readonly eventTypes: readonly string[] })
  /** The session's points lack a context field or an optional field, which tells what the fields say. */
  | (Lacking & {
      readonly kind: "missing-field";
      readonly of: "context" | "optional";
      readonly field: string;
    });

/** What a session lacks, and for what. */
interface Lacking {
  readonly points: readonly string[];
  /** The fields that it is for; none where it is for the events themselves. */
  readonly fields: readonly string[];
  readonly use: FieldUse;
  /** `never`: the rule cannot match those events without it. `less`: its fields may lack something, and it may come out otherwise. */
  readonly effect: "never" | "less";
}

/** A reason as a sentence, without its full stop. */
export function describeReason(reason: CoverageReason): string {
  switch (reason.kind) {
    case "disabled":
      return "it is not enabled";
    case "contradiction":
      return describeContradiction(reason.parts);
    case "no-event":
      return `no point of gVisor reports ${events(reason.eventTypes)}`;
    case "raw-only":
      return `${events(reason.eventTypes)} come raw only: a session must ask for ${pointsText(reason)}`;
    case "never-filled":
      return `${subject(reason)} never ${have(reason.fields)} a value: ${clause(reason.why)}`;
    case "filled-by":
      return `${subject(reason)} ${have(reason.fields)} no value without ${reason.source} metadata`;
    case "no-value":
      return `${subject({ ...reason, fields: [reason.field] })} has no value on ${events(reason.eventTypes)}: ${reason.why}`;
    case "one-value": {
      const { field, values, eventTypes, why } = reason;
      const shown = values.map((value) => jsonText(value)).join(" or ");
      return `${field} is always ${shown} on ${events(eventTypes)}${why === undefined ? "" : `: ${why}`}`;
    }
    case "settled":
      return `"${reason.comparison}" is settled on ${events(reason.eventTypes)}: it never comes out as the rule asks`;
    case "missing-point":
      return describeMissingPoint(reason);
    case "missing-field":
      return describeLack(`the ${reason.of} field ${reason.field} at ${list(reason.points)}`, reason);
  }
}

function describeMissingPoint(reason: Extract<CoverageReason, { kind: "missing-point" }>): string {
  const { eventTypes } = reason;
  if (eventTypes.length > 0) return `the session lacks ${pointsText(reason)}, for ${events(eventTypes)}`;
  return describeLack(list(reason.points), reason);
}

function describeLack(what: string, reason: Lacking): string {
  const { effect, use } = reason;
  if (effect === "never") return `the session lacks ${what}, for ${list(reason.fields)}`;
  const differs = use === "condition" ? ", so that the outcome may differ" : "";
  return `without ${what}, ${subject(reason)} may lack something${differs}`;
}

/** Points, with the CPU that raw ones are of. */
function pointsText({
  points,
  eventTypes,
}: {
  readonly points: readonly string[];
  readonly eventTypes: readonly string[];
}): string {
  if (points.some((name) => rawPoint(name) === undefined)) return list(points);
  const numbers = syscallNumbers();
  const on = (arch: Architecture): readonly string[] => {
    const names = eventTypes.flatMap((type) => numbers.get(type)?.[arch] ?? []);
    return names.map((sysno) => `syscall/sysno/${sysno}/exit`);
  };
  return (["x64", "arm64"] as const)
    .filter((arch) => on(arch).length > 0)
    .map((arch) => `${list(on(arch))} on ${arch}`)
    .join(", ");
}

function subject({ fields, use }: { readonly fields: readonly string[]; readonly use: FieldUse }): string {
  return use === "output" ? `the output's ${list(fields)}` : list(fields);
}

function have(names: readonly string[]): string {
  return names.length === 1 ? "has" : "have";
}

/** A sentence as part of another. */
function clause(sentence: string): string {
  const text = sentence.replace(/\.$/, "");
  return /^[A-Z][a-z]/.test(text) ? `${text.charAt(0).toLowerCase()}${text.slice(1)}` : text;
}

/** As many names as a reader takes in. */
const mostShown = 12;

function list(names: readonly string[]): string {
  if (names.length <= mostShown) return names.join(", ");
  return `${names.slice(0, mostShown).join(", ")} and ${names.length - mostShown} more`;
}

function events(types: readonly string[]): string {
  return `${list(types)} events`;
}
