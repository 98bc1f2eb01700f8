import { TraceError } from "@sentrytap/core";
import { didYouMean } from "../nearest.ts";
import type { BoundField } from "./bound-field.ts";
import { containerFields } from "./container-fields.ts";
import { containerMetadataFields } from "./container-metadata-fields.ts";
import { eventArgumentFields } from "./event-argument-fields.ts";
import { eventFields } from "./event-fields.ts";
import { eventTimeFields } from "./event-time-fields.ts";
import { fdAddressFields } from "./fd-address-fields.ts";
import { fdFields } from "./fd-fields.ts";
import {
  type Argument,
  type ArgumentKind,
  type Availability,
  availabilityOf,
  type Field,
  type FieldContext,
  type FieldCoverage,
  type FieldType,
  type FieldValue,
} from "./field.ts";
import { gvisorFields } from "./gvisor-fields.ts";
import { gvisorProcessFields } from "./gvisor-process-fields.ts";
import { knownFields } from "./known-fields.ts";
import { processExeFields } from "./process-exe-fields.ts";
import { processFields } from "./process-fields.ts";
import { processGroupFields } from "./process-group-fields.ts";
import { processTreeFields } from "./process-tree-fields.ts";
import { userFields } from "./user-fields.ts";

/** A field as listed: what it is, not how it is read. */
export interface FieldDescription extends FieldCoverage {
  readonly name: string;
  readonly type: FieldType;
  readonly argument: ArgumentKind;
  readonly argumentRequired: boolean;
  readonly description: string;
  /** Where its values come from; {@link FieldCoverage} has it in full. */
  readonly availability: Availability;
  /** Falco has deprecated it: rules that use it get a warning. */
  readonly deprecated: boolean;
  /** It can be compared, but not printed. */
  readonly filterOnly: boolean;
}

/** The fields that conditions and outputs may name. */
export interface FieldRegistry extends Iterable<FieldDescription> {
  /**
   * Adds a field of your own. Throws `ERR_INVALID_ARGUMENT` where the name is taken or could not be written, where there is no
   * such type, and where nothing reads it.
   */
  register<Type extends FieldType, Kind extends ArgumentKind = "none">(field: Field<Type, Kind>): void;
  /** Whether a condition may name this field, with this argument. */
  has(name: string, argument?: string): boolean;
  /** How often a field of your own threw while it was read; it counts as absent then. */
  readonly failures: number;
}

/** What the compiler asks of a registry. */
export interface FieldLookup extends FieldRegistry {
  /** The field, ready to be read; a string says why not. */
  bind(name: string, argument: string | undefined): BoundField | string;
  /** How to mend a name that is no field's: the end of a message, empty where the message says it. */
  hint(name: string): string;
}

/** A field whose name goes on behind the last dot, such as `evt.arg.name`. */
export interface FieldFamily {
  /** The field of that name, if it is of the family; a string says why it is wrong. */
  bind(name: string, argument: string | undefined): BoundField | string | undefined;
  /** How to mend a name of the family that is wrong; `undefined` where the name is not of it. */
  hint(name: string): string | undefined;
}

class Registry implements FieldLookup {
  readonly #fields = new Map<string, Field>();
  readonly #bound = new Map<string, BoundField>();
  failures = 0;

  constructor(fields: Iterable<Field>) {
    for (const field of fields) this.#fields.set(field.name, field);
  }

  register<Type extends FieldType, Kind extends ArgumentKind = "none">(field: Field<Type, Kind>): void {
    const { name } = field;
    if (!/^[a-zA-Z]+[a-zA-Z0-9_]*(?:\.[a-zA-Z]+[a-zA-Z0-9_]*)+$/.test(name)) {
      const message = `"${name}" is no name for a field: write words with dots between them, such as app.tenant`;
      throw new TraceError("ERR_INVALID_ARGUMENT", message);
    }
    if (this.#fields.has(name) || eventArgumentFields.bind(name, undefined) !== undefined) {
      throw new TraceError("ERR_INVALID_ARGUMENT", `there is a field "${name}" already: choose another name`);
    }
    if (!fieldTypes.has(field.type)) {
      const hint = didYouMean(String(field.type), fieldTypes, `use one of ${[...fieldTypes].join(", ")}`);
      throw new TraceError("ERR_INVALID_ARGUMENT", `the field "${name}" has no type "${field.type}"${hint}`);
    }
    if (typeof field.read !== "function") {
      throw new TraceError("ERR_INVALID_ARGUMENT", `the field "${name}" has no read(): say what reads it`);
    }
    // What a field reads is only ever handed to comparisons of its own type.
    this.#fields.set(name, this.#guard(field as unknown as Field));
  }

  has(name: string, argument?: string): boolean {
    return typeof this.bind(name, argument) !== "string";
  }

  bind(name: string, argument: string | undefined): BoundField | string {
    const written = argument === undefined ? name : `${name}[${argument}]`;
    const known = this.#bound.get(written);
    if (known !== undefined) return known;
    const bound = this.#bind(name, argument, written);
    if (typeof bound !== "string" && this.#bound.size < 10_000) this.#bound.set(written, bound);
    return bound;
  }

  hint(name: string): string {
    // What is wrong with a field that there is says itself how to mend it.
    if (this.#fields.has(name)) return "";
    const otherwise = "name one that there is: `sentrytap rules fields` lists them";
    return eventArgumentFields.hint(name) ?? didYouMean(name, this.#fields.keys(), otherwise);
  }

  *[Symbol.iterator](): Iterator<FieldDescription> {
    for (const field of this.#fields.values()) {
      const { name, type, argument = "none", argumentRequired = false, description } = field;
      const { filterOnly = false } = field;
      const coverage = coverageOf(field);
      yield {
        name,
        type,
        argument,
        argumentRequired,
        description,
        availability: availabilityOf(coverage),
        deprecated: deprecated.has(name),
        filterOnly,
        ...coverage,
      };
    }
  }

  #bind(name: string, argument: string | undefined, written: string): BoundField | string {
    const field = this.#fields.get(name);
    if (field !== undefined) return bindField(field, argument, written);
    return eventArgumentFields.bind(name, argument) ?? `there is no field "${name}"`;
  }

  /** A mistake in somebody's own field must not end the stream. */
  #guard(field: Field): Field {
    const guarded =
      <Args extends unknown[], Result>(read: (...args: Args) => Result) =>
      (...args: Args): Result | undefined => {
        try {
          return read(...args) ?? undefined; // where null stands for no value
        } catch {
          this.failures++;
          return undefined;
        }
      };
    if (field.many !== undefined) return { ...field, read: guarded(field.read.bind(field)) };
    const single = { ...field, read: guarded(field.read.bind(field)) };
    return field.json === undefined ? single : { ...single, json: guarded(field.json.bind(field)) };
  }
}

function bindField(field: Field, text: string | undefined, written: string): BoundField | string {
  const argument = parseArgument(field, text);
  if (argument !== undefined && typeof argument === "object") return argument.wrong;
  // The argument has been made what the field's kind says.
  const own = argument as Argument<ArgumentKind>;
  const { name, type, many, format } = field;
  const { read } = field as { read(...args: unknown[]): FieldValue | readonly FieldValue[] | undefined };
  const json = many === undefined ? field.json?.bind(field) : undefined;
  // A field of ancestors has several values only while no generation is asked for.
  const plural = many === "any" && argument !== undefined ? undefined : many;
  const single = many !== undefined && plural === undefined;
  return {
    name: written,
    type,
    many: plural,
    filterOnly: field.filterOnly ?? false,
    dynamic: false,
    deprecated: deprecated.has(name),
    read: single
      ? (event, context) => firstOf(read(event, own, context))
      : (event, context) => read(event, own, context),
    json:
      json &&
      ((event: Parameters<BoundField["read"]>[0], context: FieldContext) => json(event, own, context)),
    format: format as ((value: FieldValue) => string) | undefined,
    coverage: coverageOf(field),
  };
}

function coverageOf(field: Field): FieldCoverage {
  const { unavailable, filledBy, constant, eventTypes, elsewhere, values, needs } = field;
  return {
    ...(unavailable !== undefined && { unavailable }),
    ...(filledBy !== undefined && { filledBy }),
    ...(constant !== undefined && { constant }),
    ...(eventTypes !== undefined && { eventTypes }),
    ...(elsewhere !== undefined && { elsewhere }),
    ...(values !== undefined && { values }),
    ...(needs !== undefined && { needs }),
  };
}

function firstOf(values: FieldValue | readonly FieldValue[] | undefined): FieldValue | undefined {
  return typeof values === "object" ? values[0] : values;
}

const typeNames: Readonly<Record<FieldType, true>> = {
  string: true,
  boolean: true,
  number: true,
  unsigned: true,
  uint32: true,
  int32: true,
  int16: true,
  double: true,
  port: true,
  time: true,
  duration: true,
  ip: true,
  net: true,
  bytes: true,
};

const fieldTypes: ReadonlySet<string> = new Set(Object.keys(typeNames));

const deprecated: ReadonlySet<string> = new Set([
  "evt.dir",
  "evt.latency",
  "evt.latency.s",
  "evt.latency.ns",
  "evt.latency.human",
  "evt.wait_latency",
]);

function parseArgument(
  { name, argument = "none", argumentRequired = false }: Field,
  text: string | undefined,
): number | string | undefined | { readonly wrong: string } {
  if (text === undefined || text === "") {
    return argumentRequired ? { wrong: `the field "${name}" needs an argument: ${name}[...]` } : undefined;
  }
  if (argument === "none") return { wrong: `the field "${name}" takes no argument: take [${text}] away` };
  if (argument === "word") return text;
  if (!/^-?[0-9]{1,9}$/.test(text))
    return { wrong: `the argument of "${name}" must be a number such as 1, not "${text}"` };
  return Number(text);
}

/**
 * A registry with every field that Falco 0.43 knows: those of system calls, and of its container plugin. Names without
 * a meaning inside a sandbox are known, so that public rules load, and have no value.
 *
 * @example
 * const fields = createFieldRegistry();
 * fields.register({
 *   name: "app.tenant",
 *   type: "string",
 *   description: "Whose sandbox it is.",
 *   read: (event) => tenants.get(event.sandbox.id),
 * });
 */
export function createFieldRegistry(): FieldRegistry {
  return createFieldLookup();
}

export function createFieldLookup(): FieldLookup {
  return new Registry([
    ...knownFields,
    ...eventFields,
    ...eventTimeFields,
    ...processFields,
    ...processExeFields,
    ...processTreeFields,
    ...processGroupFields,
    ...userFields,
    ...fdFields,
    ...fdAddressFields,
    ...containerFields,
    ...containerMetadataFields,
    ...gvisorFields,
    ...gvisorProcessFields,
  ]);
}

/** The fields of a registry as the compiler looks them up; without one, Falco's. */
export function lookupOf(registry: FieldRegistry | undefined): FieldLookup {
  // Every registry is made by createFieldRegistry, which returns lookups.
  return registry === undefined ? createFieldLookup() : (registry as FieldLookup);
}
