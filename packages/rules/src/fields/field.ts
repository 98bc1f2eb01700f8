import type { TrackedEvent } from "@sentrytap/state";
import type { ContainerMetadata } from "./container-metadata.ts";

/**
 * The types that a field can have, and what stands for each in JavaScript. They decide which operators and values a
 * condition may use with it.
 */
export interface FieldTypes {
  string: string;
  boolean: boolean;
  /** A signed integer: ids, descriptors, results. */
  number: number;
  /** An unsigned integer: counts and sizes. */
  unsigned: number;
  uint32: number;
  int32: number;
  int16: number;
  double: number;
  /** A port; conditions may name it by its service. */
  port: number;
  /** Nanoseconds since the epoch. */
  time: bigint;
  /** Nanoseconds. */
  duration: bigint;
  /** An address, as RFC 5952 writes it. */
  ip: string;
  /** An address that conditions compare with networks: `10.0.0.0/8`. */
  net: string;
  /** Data, each byte one character of the string. */
  bytes: string;
}

/** The name of a type, as fields and messages have it. */
export type FieldType = keyof FieldTypes;

/** A value of some field. */
export type FieldValue = FieldTypes[FieldType];

/**
 * What a comparison makes of a field with several values. `any`: true where it is true for one of them. `either`: the
 * same, but `!=` is true where no value is equal. `list`: only `in` (all are in the list) and `intersects` (one is). Outputs print
 * lists alone: the others are `<NA>` there.
 */
export type Plurality = "any" | "either" | "list";

/** What a field takes in brackets: nothing, a number such as a generation, or a word such as a variable's name. */
export type ArgumentKind = "none" | "index" | "word";

/** What the argument is when the field is read: `undefined` where a condition leaves it out. */
export type Argument<Kind extends ArgumentKind> = Kind extends "index"
  ? number | undefined
  : Kind extends "word"
    ? string | undefined
    : undefined;

/** What is known beside the event when a field is read. */
export interface FieldContext {
  /** Events seen so far, this one included: `evt.num`. */
  readonly eventNumber: number;
  /** Time of the first event. */
  readonly firstTimeNs: bigint | undefined;
  /** Time of the event before this one. */
  readonly previousTimeNs: bigint | undefined;
  readonly hostname: string;
  /** What is known of the container with that id beside what the stream tells. */
  container(id: string): ContainerMetadata | undefined;
}

/**
 * What a field is made of, beside what every message of its event says: a context field (`time`) or an optional field
 * (`envv`) of the session, or a table that is kept from other events.
 *
 * - `programs`: what execs and starts of containers say.
 * - `lineage`: births of threads, by which children have what their parents had.
 * - `descriptors`: calls that make, copy and close them; the optional field `fd_path` tells of some that were not seen made.
 * - `directories`: starts of containers and calls that change the working directory; or the context field `cwd`.
 * - `identities`: calls that change users and groups; or the context field `credentials` with each event.
 * - `sessions`: calls that begin sessions and move processes to other groups.
 */
export type FieldNeed =
  | `context:${string}`
  | `optional:${string}`
  | "programs"
  | "lineage"
  | "descriptors"
  | "directories"
  | "identities"
  | "sessions";

/** Where a field gets its value in a gVisor sandbox, and where it does not; left out, it may have one on every event. */
export interface FieldCoverage<Value extends FieldValue = FieldValue> {
  /** Why it never has a value: `gVisor has no tracepoint that ...`. */
  readonly unavailable?: string;
  /** The source outside the sandbox that fills it, such as `container`: without one it has no value. */
  readonly filledBy?: string;
  /** The one value that it ever has. */
  readonly constant?: Value;
  /** The types of events on which it can have a value; with {@link elsewhere}, another value than that. */
  readonly eventTypes?: ReadonlySet<string>;
  /** The value that it has on events of all other types; left out, it has none there. */
  readonly elsewhere?: Value;
  /**
   * Every value that it can have, where those are few: as text. A comparison of a field that Falco does not have with a
   * value that is none of these gets a warning.
   */
  readonly values?: readonly string[];
  /** What its values are made of; left out, it takes no more than the event itself. */
  readonly needs?: readonly FieldNeed[];
}

/**
 * Where a field has its values from, in one word. `stream`: what gVisor tells. `metadata`: a source outside the sandbox.
 * `constant`: it has one value, ever. `unavailable`: it never has one.
 */
export type Availability = "stream" | "metadata" | "constant" | "unavailable";

/** The {@link Availability} of a field. */
export function availabilityOf({ unavailable, filledBy, constant }: FieldCoverage): Availability {
  if (unavailable !== undefined) return "unavailable";
  if (filledBy !== undefined) return "metadata";
  return constant === undefined ? "stream" : "constant";
}

interface FieldBase<Type extends FieldType, Kind extends ArgumentKind>
  extends FieldCoverage<FieldTypes[Type]> {
  /** Name with a dot in it: `proc.name`. */
  readonly name: string;
  readonly type: Type;
  /** What it takes in brackets; nothing by default. */
  readonly argument?: Kind;
  /** Whether it must have its argument. */
  readonly argumentRequired?: boolean;
  readonly description: string;
  /** It can be compared, but not printed. */
  readonly filterOnly?: boolean;
  /** What a value prints as in an output; by default the value itself. */
  format?(value: FieldTypes[Type]): string;
}

/** A field that has one value, or none. */
export interface SingleField<Type extends FieldType, Kind extends ArgumentKind>
  extends FieldBase<Type, Kind> {
  readonly many?: undefined;
  /** The field's value of `event`; `undefined` where it has none: no comparison with it is true then. */
  read(event: TrackedEvent, argument: Argument<Kind>, context: FieldContext): FieldTypes[Type] | undefined;
  /** What stands for it in `output_fields`, where that is not the value. */
  json?(event: TrackedEvent, argument: Argument<Kind>, context: FieldContext): FieldValue | undefined;
}

/** A field that has several values. */
export interface PluralField<Type extends FieldType, Kind extends ArgumentKind>
  extends FieldBase<Type, Kind> {
  readonly many: Plurality;
  read(
    event: TrackedEvent,
    argument: Argument<Kind>,
    context: FieldContext,
  ): readonly FieldTypes[Type][] | undefined;
}

/** A field of events, such as `proc.name`, as conditions and outputs know it. */
export type Field<Type extends FieldType = FieldType, Kind extends ArgumentKind = ArgumentKind> =
  | SingleField<Type, Kind>
  | PluralField<Type, Kind>;
