import { type EventType, syscallNames, syscallSignature } from "@sentrytap/events";
import type { TrackedEvent } from "@sentrytap/state";
import { falcoParameters } from "./falco-parameters.ts";
import { fileParameters } from "./file-parameters.ts";
import { networkParameters } from "./network-parameters.ts";
import { type Parameter, plain } from "./parameter.ts";
import type { ParameterReader, ParameterReaders } from "./parameter-readers.ts";
import { processParameters } from "./process-parameters.ts";
import { specialParameters } from "./special-parameters.ts";
import { syscallParameter, syscallParameterNames } from "./syscall-parameters.ts";

/** Those of all types but of raw calls, which have many forms, and of gaps, which have several. */
const readers: ParameterReaders<Exclude<EventType, "syscall" | "gap" | "sandbox_end">> = {
  ...fileParameters,
  ...networkParameters,
  ...processParameters,
  ...specialParameters,
};

type AnyReader = ParameterReader<TrackedEvent>;

/** By type, and then by name. */
const decoded: ReadonlyMap<string, ReadonlyMap<string, AnyReader>> = new Map(
  Object.entries(readers).map(([type, own]) => {
    // Handed events of their own type alone.
    return [type, new Map(Object.entries(own as Readonly<Record<string, AnyReader>>))];
  }),
);

/** What each kind of gap says. */
const ofGaps: readonly (readonly string[])[] = [
  ["kind", "count"],
  ["kind", "reason", "size"],
  ["kind", "message_type", "size"],
  ["kind", "before", "after"],
  ["kind", "path"],
  ["kind", "call", "path"],
  ["kind", "by_ns"],
  ["kind", "threads", "processes"],
  ["kind", "evicted_threads", "evicted_descriptors", "forgotten"],
];

/** A parameter with its name; `undefined` where it has a place and no value. */
export type NamedParameter = readonly [name: string, parameter: Parameter | undefined];

/** All parameters of an event, in Falco's order; those that Falco does not have come last. */
export function parametersOf(event: TrackedEvent): readonly NamedParameter[] {
  return namesOf(event).map((name) => [name, parameterOf(event, name)]);
}

/** The parameter `name` of an event; `undefined` where it has none of that name, or no value of it. */
export function parameterOf(event: TrackedEvent, name: string): Parameter | undefined {
  switch (event.type) {
    case "gap":
      return gapParameter(event.args, name);
    case "syscall":
      return syscallParameter(event, name);
    default:
      return decoded.get(event.type)?.get(name)?.(event);
  }
}

/** The parameter in the place `index`, from 0. */
export function numberedParameter(event: TrackedEvent, index: number): Parameter | undefined {
  const name = namesOf(event)[index];
  return name === undefined ? undefined : parameterOf(event, name);
}

/** The types of events on which the parameter `name` can have a value. */
export function typesWithParameter(name: string): ReadonlySet<string> {
  typesByName ??= indexTypes();
  return typesByName.get(name) ?? new Set();
}

/** The types of events on which the parameter in the place `index` can have a value. */
export function typesWithPlace(index: number): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { type, places, told } of forms()) {
    const name = places[index];
    if (name !== undefined && told.has(name)) found.add(type);
  }
  return found;
}

/**
 * The parameters that events of `type` can have a value of, decoded or `raw`, each in its place, where others have
 * `undefined`. Nothing at all where that depends on the event, or where there is no such event.
 */
export function toldPlaces(type: string, raw: boolean): readonly (string | undefined)[] | undefined {
  if (type === "gap") return undefined;
  if (type === "sandbox_end") return [];
  const form = raw ? rawForm(type) : decodedForm(type);
  return form?.places.map((name) => (form.told.has(name) ? name : undefined));
}

const decodedPlaces = new Map<string, readonly string[]>();
const rawPlaces = new Map<string, readonly string[]>();

/** The names of the parameters of an event, each in its place. */
function namesOf(event: TrackedEvent): readonly string[] {
  switch (event.type) {
    case "gap":
      return Object.keys(event.args).map(snakeCase);
    case "syscall":
      return memoized(rawPlaces, event.args.name, () => syscallParameterNames(event));
    default:
      return memoized(decodedPlaces, event.type, () => decoded.get(event.type)?.keys() ?? []);
  }
}

/** Only of types that Falco has parameters of: a Sentry can invent any number of others. */
function memoized(
  known: Map<string, readonly string[]>,
  type: string,
  own: () => Iterable<string>,
): readonly string[] {
  const names = known.get(type);
  if (names !== undefined) return names;
  const found = inPlaces(type, own());
  if (falcoParameters.has(type)) known.set(type, found);
  return found;
}

/** The names of `own` in their places: Falco's, and then those that it does not have. */
function inPlaces(type: string, own: Iterable<string>): readonly string[] {
  return [...new Set([...(falcoParameters.get(type) ?? []), ...own])];
}

function gapParameter(args: object, name: string): Parameter | undefined {
  const [, value] = Object.entries(args).find(([own]) => snakeCase(own) === name) ?? [];
  return value === undefined ? undefined : plain(value);
}

/** `droppedCount` as Falco writes names: `dropped_count`. */
function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** What events of one type can tell, in one of the forms that they come in. */
interface Form {
  readonly type: string;
  readonly places: readonly string[];
  readonly told: ReadonlySet<string>;
}

function decodedForm(type: string): Form | undefined {
  const own = decoded.get(type);
  return own && { type, places: inPlaces(type, own.keys()), told: new Set(own.keys()) };
}

function rawForm(type: string): Form | undefined {
  const signature = syscallSignature("x64", type);
  if (signature === undefined) return undefined;
  const { parameters, result } = signature;
  const values = parameters.filter(({ kind }) => kind !== "pointer");
  return {
    type,
    places: inPlaces(type, [result.name, ...parameters.map(({ name }) => name)]),
    told: new Set([result.name, ...values.map(({ name }) => name)]),
  };
}

function forms(): readonly Form[] {
  const known = [...Array.from(decoded.keys(), decodedForm), ...syscallNames.map(rawForm)];
  const gaps = ofGaps.map((places) => ({ type: "gap", places, told: new Set(places) }));
  return [...known.filter((form) => form !== undefined), ...gaps];
}

let typesByName: ReadonlyMap<string, ReadonlySet<string>> | undefined;

function indexTypes(): ReadonlyMap<string, ReadonlySet<string>> {
  const index = new Map<string, Set<string>>();
  for (const { type, told } of forms()) {
    for (const name of told) {
      const types = index.get(name) ?? new Set();
      index.set(name, types.add(type));
    }
  }
  return index;
}
