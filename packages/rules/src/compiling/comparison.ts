import type { FieldType, FieldValue } from "../fields/field.ts";
import { byteLength } from "../fields/process-text.ts";
import type { Operator } from "../language/ast.ts";
import { compareBytes, inAnyCase } from "./ascii.ts";
import { compileGlob } from "./glob.ts";
import { isInNetwork, type Network, parseAddress, parseNetwork } from "./ip.ts";
import { compilePathPrefixes } from "./path-prefixes.ts";
import { compilePattern } from "./pattern.ts";

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
      return order(left, right) < 0;
    case "<=":
      return order(left, right) <= 0;
    case ">":
      return order(left, right) > 0;
    case ">=":
      return order(left, right) >= 0;
    default:
      return textTest(operator, [String(right)])(left);
  }
}

function order(left: FieldValue, right: FieldValue): number {
  if (typeof left === "string" && typeof right === "string") return compareBytes(left, right);
  return left < right ? -1 : left > right ? 1 : 0;
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
      const anyCase = inAnyCase(first);
      return text((value) => anyCase.test(value));
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
      const matches = compilePattern(first);
      return typeof matches === "string" ? () => false : text(matches);
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

/** Bytes of the longest value that Falco compares with. */
const maxValueBytes = 255;

/** Why a value cannot stand behind an operator; `undefined` where it can. */
export function valueProblem(operator: Operator, value: string): string | undefined {
  if (operator === "bcontains" || operator === "bstartswith") {
    if (!/^(?:[0-9a-fA-F]{2})*$/.test(value)) {
      return `"${value}" is no hexadecimal number: ${operator} takes two digits a byte, such as 7f45`;
    }
    return tooLong(value.length / 2);
  }
  const problem = tooLong(byteLength(value));
  if (problem !== undefined || operator !== "regex") return problem;
  const pattern = compilePattern(value);
  return typeof pattern === "string" ? pattern : undefined;
}

function tooLong(bytes: number): string | undefined {
  if (bytes <= maxValueBytes) return undefined;
  return `the value is ${bytes} bytes long, and ${maxValueBytes} is the most, as in Falco: compare with a part of it`;
}

/** One character a byte. */
function hexToBytes(hex: string): string {
  return hex.replace(/../g, (digits) => String.fromCharCode(Number.parseInt(digits, 16)));
}
