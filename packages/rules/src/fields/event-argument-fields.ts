import type { TrackedEvent } from "@sentrytap/state";
import { didYouMean } from "../nearest.ts";
import type { BoundField } from "./bound-field.ts";
import {
  numberedParameter,
  parameterOf,
  parametersOf,
  typesWithParameter,
  typesWithPlace,
} from "./event-parameters.ts";
import { typeOf } from "./event-result.ts";
import { eventTypeNames } from "./event-table.ts";
import type { FieldContext, FieldCoverage, FieldValue } from "./field.ts";
import type { FieldFamily } from "./field-registry.ts";
import { meaningOf, type Parameter, textOf } from "./parameter.ts";
import { parameterTypes } from "./parameter-types.ts";

/** `evt.args`: all parameters that have a value, in one string. */
export function describeParameters(event: TrackedEvent): string {
  const texts: string[] = [];
  for (const [name, parameter] of parametersOf(event)) {
    if (parameter === undefined) continue;
    const meaning = meaningOf(parameter);
    texts.push(`${name}=${textOf(parameter)}${meaning === "" ? "" : `(${meaning})`}`);
  }
  return texts.join(" ");
}

function describe(parameter: Parameter | undefined): string | undefined {
  return parameter && (meaningOf(parameter) || textOf(parameter));
}

function field(
  name: string,
  own: Pick<BoundField, "type" | "dynamic" | "read" | "coverage"> & Partial<BoundField>,
): BoundField {
  return {
    name,
    many: undefined,
    filterOnly: false,
    deprecated: false,
    json: undefined,
    format: undefined,
    ...own,
  };
}

/** Of a parameter that has a value on `eventTypes`. */
function coverage(eventTypes: ReadonlySet<string>): FieldCoverage {
  return eventTypes.size === 0
    ? { unavailable: "No trace point tells it: not of a decoded call, nor does a register of a raw one." }
    : { eventTypes };
}

function bindArgument(name: string, parameter: string, argument: string | undefined): BoundField | string {
  if (argument !== undefined) return `the field "${name}" takes no argument: take [${argument}] away`;
  if (!parameterTypes().has(parameter)) return `no event has an argument "${parameter}"`;
  const read = (event: TrackedEvent): string | undefined => describe(parameterOf(event, parameter));
  return field(name, {
    type: "string",
    dynamic: false,
    read,
    coverage: coverage(typesWithParameter(parameter)),
  });
}

function bindRawArgument(name: string, parameter: string, argument: string | undefined): BoundField | string {
  if (argument !== undefined) return `the field "${name}" takes no argument: take [${argument}] away`;
  const type = parameterTypes().get(parameter);
  if (type === undefined) return `no event has an argument "${parameter}"`;
  const javascript = type === "string" || type === "bytes" || type === "boolean" ? "" : 0;
  const read: BoundField["read"] = (event) => {
    const raw = parameterOf(event, parameter)?.raw;
    // Events may have parameters of one name and different types.
    return typeof raw === typeof javascript ? raw : undefined;
  };
  const format = rawFormat(parameter);
  const own = { type, dynamic: true, read, coverage: coverage(typesWithParameter(parameter)) };
  if (format === undefined) return field(name, own);
  const printed = (value: FieldValue): FieldValue => (typeof value === "number" ? format(value) : value);
  const json = (event: TrackedEvent, context: FieldContext): FieldValue | undefined => {
    const value = read(event, context);
    return value === undefined || typeof value === "object" ? undefined : printed(value);
  };
  return field(name, { ...own, json, format: (value) => String(printed(value)) });
}

/** Numbers that Falco prints in hexadecimal, in JSON too. */
const hexadecimal: ReadonlySet<string> = new Set([
  "addr",
  "creat_flags",
  "dev",
  "flags",
  "mask",
  "peer",
  "prot",
  "source",
]);

function rawFormat(parameter: string): ((value: number) => string) | undefined {
  if (parameter === "mode") return (value) => value.toString(8);
  return hexadecimal.has(parameter) ? (value) => value.toString(16).toUpperCase() : undefined;
}

/** `evt.arg.name`, `evt.arg[0]`, `evt.rawarg.name` and `evt.type.is.name`. */
export const eventArgumentFields: FieldFamily = {
  bind(name, argument) {
    if (name === "evt.arg") return bindNumbered(argument);
    if (name === "evt.rawarg") return `the field "evt.rawarg" needs the name of an argument: evt.rawarg.fd`;
    if (name.startsWith("evt.arg.")) return bindArgument(name, name.slice("evt.arg.".length), argument);
    if (name.startsWith("evt.rawarg."))
      return bindRawArgument(name, name.slice("evt.rawarg.".length), argument);
    if (name.startsWith("evt.type.is.")) return bindTypeIs(name);
    if (name.startsWith("thread.cgroup.")) {
      const unavailable = "No trace point tells control groups.";
      return field(name, {
        type: "string",
        dynamic: false,
        read: () => undefined,
        coverage: { unavailable },
      });
    }
    return undefined;
  },
  hint(name) {
    if (name === "evt.arg" || name === "evt.rawarg") return "";
    for (const family of ["evt.arg.", "evt.rawarg."]) {
      if (!name.startsWith(family)) continue;
      const parameter = name.slice(family.length);
      return didYouMean(parameter, parameterTypes().keys(), "evt.args prints those that an event has");
    }
    if (!name.startsWith("evt.type.is.")) return undefined;
    return didYouMean(
      name.slice("evt.type.is.".length),
      eventTypeNames,
      "name a system call, such as openat",
    );
  },
};

function bindNumbered(argument: string | undefined): BoundField | string {
  // Falco's own documentation writes evt.arg[flags] too.
  if (argument !== undefined && parameterTypes().has(argument)) {
    return {
      ...asBound(bindArgument(`evt.arg.${argument}`, argument, undefined)),
      name: `evt.arg[${argument}]`,
    };
  }
  if (argument === undefined || !/^[0-9]{1,3}$/.test(argument)) {
    return `the field "evt.arg" needs the name or number of an argument: evt.arg.fd, evt.arg[0]`;
  }
  const index = Number(argument);
  const read = (event: TrackedEvent): string | undefined => describe(numberedParameter(event, index));
  return field(`evt.arg[${argument}]`, {
    type: "string",
    dynamic: false,
    read,
    coverage: coverage(typesWithPlace(index)),
  });
}

function asBound(bound: BoundField | string): BoundField {
  if (typeof bound === "string") throw new Error(bound);
  return bound;
}

function bindTypeIs(name: string): BoundField | string {
  const type = name.slice("evt.type.is.".length);
  if (!eventTypeNames.has(type)) return `"${type}" is no type of event`;
  const read = (event: TrackedEvent): number => (typeOf(event) === type ? 1 : 0);
  return field(name, {
    type: "uint32",
    dynamic: false,
    read,
    coverage: { eventTypes: new Set([type]), elsewhere: 0 },
  });
}
