import { type SyscallKind, syscallNames, syscallSignature } from "@sentrytap/events";
import { falcoParameterTypes } from "./event-table.ts";
import type { FieldType } from "./field.ts";

const fieldTypes: Readonly<Record<Exclude<SyscallKind, "pointer">, FieldType>> = {
  fd: "number",
  dirfd: "number",
  pid: "number",
  tid: "number",
  uid: "uint32",
  gid: "uint32",
  signal: "uint32",
  clock: "number",
  mode: "uint32",
  flags: "uint32",
  int: "number",
  uint: "uint32",
  long: "number",
  size: "unsigned",
  offset: "number",
  word: "unsigned",
  address: "unsigned",
};

let types: ReadonlyMap<string, FieldType> | undefined;

/**
 * The type of every parameter that some event has: `evt.arg.NAME`, `evt.rawarg.NAME`. Beside Falco's there are those of
 * calls that Falco has no parameters of, as the manual pages name them. They are collected when first asked for.
 */
export function parameterTypes(): ReadonlyMap<string, FieldType> {
  types ??= new Map([...rawParameterTypes(), ...falcoParameterTypes]);
  return types;
}

function rawParameterTypes(): Map<string, FieldType> {
  const raw = new Map<string, FieldType>();
  for (const call of syscallNames) {
    for (const { name, kind } of syscallSignature("x64", call).parameters) {
      if (kind === "pointer") continue;
      // Two calls may have arguments of one name and different types.
      const type = fieldTypes[kind];
      raw.set(name, raw.has(name) && raw.get(name) !== type ? "number" : type);
    }
  }
  return raw;
}
