import type { FieldValue } from "../fields/field.ts";

/** Where a rule reads a field. */
export type FieldUse = "condition" | "output";

/**
 * Why a rule cannot fire, or what of it never comes to anything. Event types and points are those that it is about.
 */
export type CoverageReason =
  /** The rule is not enabled; the others are judged as if it were. */
  | { readonly kind: "disabled" }
  /** No point of gVisor reports these events. */
  | { readonly kind: "no-event"; readonly eventTypes: readonly string[] }
  /** Only raw points report these events, which sessions name by number. */
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
  | {
      readonly kind: "missing-point";
      readonly points: readonly string[];
      readonly eventTypes: readonly string[];
      readonly fields: readonly string[];
    }
  /** The session's points lack a context field or an optional field, which tells what the fields say. */
  | {
      readonly kind: "missing-field";
      readonly of: "context" | "optional";
      readonly field: string;
      readonly points: readonly string[];
      readonly fields: readonly string[];
    };

/** A reason as a sentence, without its full stop. */
export function describeReason(reason: CoverageReason): string {
  switch (reason.kind) {
    case "disabled":
      return "it is not enabled";
    case "no-event":
      return `no point of gVisor reports ${events(reason.eventTypes)}`;
    case "raw-only":
      return `${events(reason.eventTypes)} come from raw points only: the session must have ${list(reason.points)}`;
    case "never-filled":
      return `${subject(reason)} never ${have(reason.fields)} a value: ${clause(reason.why)}`;
    case "filled-by":
      return `${subject(reason)} ${have(reason.fields)} no value without ${reason.source} metadata`;
    case "no-value":
      return `${reason.field} has no value on ${events(reason.eventTypes)}: ${reason.why}`;
    case "one-value": {
      const { field, values, eventTypes, why } = reason;
      const shown = values.map((value) => JSON.stringify(value, bigText)).join(" or ");
      return `${field} is always ${shown} on ${events(eventTypes)}${why === undefined ? "" : `: ${why}`}`;
    }
    case "settled":
      return `"${reason.comparison}" is settled on ${events(reason.eventTypes)}: it never comes out as the rule asks`;
    case "missing-point":
      return describeMissingPoint(reason);
    case "missing-field": {
      const { of, field, points, fields } = reason;
      return `${list(fields)} may lack what it says: add the ${of} field ${field} to ${list(points)}`;
    }
  }
}

function describeMissingPoint({
  points,
  eventTypes,
  fields,
}: Extract<CoverageReason, { kind: "missing-point" }>): string {
  if (eventTypes.length > 0) return `the session misses ${events(eventTypes)}: add ${list(points)}`;
  return `${list(fields)} may lack what it says: add ${list(points)}`;
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

function bigText(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
