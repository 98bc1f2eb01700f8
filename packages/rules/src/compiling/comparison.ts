import { RE2JS, RE2JSException } from "re2js";
import type { FieldType, FieldValue } from "../fields/field.ts";
import type { Operator } from "../language/ast.ts";
import { compileGlob } from "./glob.ts";
import { isInNetwork, type Network, parseAddress, parseNetwork } from "./ip.ts";
import { compilePathPrefixes } from "./path-prefixes.ts";

/** Compares a field's value with what the condition says. */
export type ValueTest = (value: FieldValue) => boolean;

const equality: readonly Operator[] = ["=", "!=", "in", "intersects"];
const ordering: readonly Operator[] = [...equality, "<", "<=", ">", ">="];
const textual: readonly Operator[] = [
  ...ordering,
  "contains",
  "icontains",
  "startswith",
  "endswith",
  "glob",
  "iglob",
  "regex",
  "pmatch",
];

/** The operators that can compare values of `type`, beside `exists`. */
export function operatorsOf(type: FieldType): readonly Operator[] {
  switch (type) {
    case "string":
      return textual;
    case "boolean":
    case "ip":
    case "net":
      return equality;
    case "bytes":
      return [...equality, "contains", "startswith", "endswith", "bcontains", "bstartswith"];
    default:
      return ordering;
  }
}

/** Compares two values of one type, as where both sides are fields. */
export function compareValues(operator: Operator, left: FieldValue, right: FieldValue): boolean {
  switch (operator) {
    case "=":
    case "in":
    case "intersects":
      return left === right;
    case "!=":
      return left !== right;
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
    default:
      return textTest(operator, [String(right)])(left);
  }
}

/** The test of a value against the constants behind an operator, all of the field's type. */
export function constantTest(type: FieldType, operator: Operator, values: readonly FieldValue[]): ValueTest {
  if (type === "net") return networkTest(operator, values.map(String));
  const first = values[0];
  switch (operator) {
    case "in":
    case "intersects": {
      if (values.length === 1) return (value) => value === first;
      const set: ReadonlySet<FieldValue> = new Set(values);
      return (value) => set.has(value);
    }
    case "=":
      return (value) => value === first;
    case "!=":
      return (value) => value !== first;
    case "<":
    case "<=":
    case ">":
    case ">=":
      return first === undefined ? () => false : (value) => compareValues(operator, value, first);
    default:
      return textTest(operator, values.map(String));
  }
}

type TextOperator = Exclude<Operator, "=" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "intersects">;

function textTest(operator: TextOperator, values: readonly string[]): ValueTest {
  const first = values[0] ?? "";
  switch (operator) {
    case "contains":
      return text((value) => value.includes(first));
    case "icontains": {
      const lower = first.toLowerCase();
      return text((value) => value.toLowerCase().includes(lower));
    }
    case "startswith":
      return text((value) => value.startsWith(first));
    case "endswith":
      return text((value) => value.endsWith(first));
    case "bcontains": {
      const bytes = hexToBytes(first);
      return text((value) => value.includes(bytes));
    }
    case "bstartswith": {
      const bytes = hexToBytes(first);
      return text((value) => value.startsWith(bytes));
    }
    case "glob":
      return text(compileGlob(first));
    case "iglob":
      return text(compileGlob(first, true));
    case "pmatch":
      return text(compilePathPrefixes(values));
    case "regex": {
      const pattern = RE2JS.compile(first);
      return text((value) => pattern.matches(value));
    }
  }
}

function text(test: (value: string) => boolean): ValueTest {
  return (value) => typeof value === "string" && test(value);
}

function networkTest(operator: Operator, values: readonly string[]): ValueTest {
  const networks: readonly Network[] = values.flatMap((value) => parseNetwork(value) ?? []);
  return text((value) => {
    const address = parseAddress(value);
    const inside = address !== undefined && networks.some((network) => isInNetwork(address, network));
    return operator === "!=" ? !inside : inside;
  });
}

/** Why a value cannot stand behind an operator; `undefined` where it can. */
export function valueProblem(operator: Operator, value: string): string | undefined {
  if (operator === "bcontains" || operator === "bstartswith") {
    return /^(?:[0-9a-fA-F]{2})+$/.test(value)
      ? undefined
      : `"${value}" is no hexadecimal number: ${operator} takes two digits a byte, such as 7f45`;
  }
  if (operator !== "regex") return undefined;
  try {
    RE2JS.compile(value);
    return undefined;
  } catch (error) {
    if (error instanceof RE2JSException)
      return `not a regular expression: ${error.message}: write \\\\ before what is meant literally`;
    throw error;
  }
}

/** One character a byte. */
function hexToBytes(hex: string): string {
  return hex.replace(/../g, (digits) => String.fromCharCode(Number.parseInt(digits, 16)));
}
