import type { FieldType, FieldValue } from "../fields/field.ts";
import { canonicalAddress, parseNetwork } from "./ip.ts";
import { servicePorts } from "./service-ports.ts";

/** A value that a condition compares with, or why it is none of its field's type, and what the field takes. */
export type Parsed = { readonly value: FieldValue } | { readonly wrong: string; readonly takes: string };

const ranges: Readonly<Partial<Record<FieldType, readonly [min: bigint, max: bigint]>>> = {
  number: [-(2n ** 63n), 2n ** 63n - 1n],
  unsigned: [0n, 2n ** 64n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  int16: [-(2n ** 15n), 2n ** 15n - 1n],
  double: [-(2n ** 31n), 2n ** 31n - 1n],
  time: [0n, 2n ** 64n - 1n],
  duration: [0n, 2n ** 64n - 1n],
};

/** Reads a literal as a value of `type`. */
export function parseValue(type: FieldType, text: string): Parsed {
  switch (type) {
    case "string":
    case "bytes":
      return { value: text };
    case "boolean":
      if (text === "true" || text === "false") return { value: text === "true" };
      return { wrong: `"${text}" is neither true nor false`, takes: "one of the two" };
    case "ip": {
      const value = canonicalAddress(text);
      if (value !== undefined) return { value };
      return { wrong: `"${text}" is no IP address`, takes: "addresses such as 10.0.0.1 or ::1" };
    }
    case "net":
      if (parseNetwork(text) !== undefined) return { value: text };
      return { wrong: `"${text}" is no network`, takes: "an address and a length, such as 10.0.0.0/8" };
    case "port":
      return parsePort(text);
    default:
      return parseInteger(type, text);
  }
}

function parsePort(text: string): Parsed {
  // Nothing is no port, to Falco.
  if (text === "") return { value: 0 };
  const port = /^[0-9]+$/.test(text) ? Number(text) : servicePorts.get(text);
  const takes = "numbers up to 65535, and services such as https";
  if (port === undefined) return { wrong: `"${text}" is neither a port nor the name of a service`, takes };
  if (port > 65535) return { wrong: `"${text}" is no port`, takes };
  return { value: port };
}

function parseInteger(type: FieldType, text: string): Parsed {
  // Blanks before it, which only quotes can hold, do no harm to Falco.
  const decimal = /^[ \t\n\v\f\r]*([+-]?[0-9]+)$/.exec(text)?.[1];
  const digits = decimal ?? (/^0[xX][0-9a-fA-F]+$/.test(text) ? text : undefined);
  if (digits === undefined) return { wrong: `"${text}" is no integer`, takes: "integers such as 10 or 0x0a" };
  const value = BigInt(digits.replace("+", ""));
  const [min, max] = ranges[type] ?? [0n, 0n];
  if (value < min || value > max) return { wrong: `${text} is out of range`, takes: `${min} to ${max}` };
  return { value: type === "time" || type === "duration" ? value : Number(value) };
}
