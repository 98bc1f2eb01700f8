import type { BoundField } from "../fields/bound-field.ts";
import type { Operand, Operator } from "../language/ast.ts";

/** Falco compares these with values only, and applies no function to them, whatever stands in their brackets. */
const valuesOnly: ReadonlySet<string> = new Set([
  "evt.around",
  "fd.ip",
  "fd.port",
  "fd.proto",
  ...["", "c", "s", "l", "r"].map((side) => `fd.${side}net`),
  ...["c", "s", "l", "r"].map((side) => `fd.${side}ip.name`),
  ...["apid", "aname", "aexe", "aexepath", "acmdline", "aenv"].map((name) => `proc.${name}`),
]);

/** Whether a field can be compared with values only, and have no function applied to it. */
export function takesValuesOnly({ name, many, dynamic, type }: BoundField): boolean {
  return (many !== undefined && many !== "list") || dynamic || type === "net" || valuesOnly.has(bare(name));
}

function bare(name: string): string {
  return name.replace(/\[.*$/s, "");
}

/** The operators that a rule's event types are found by: behind the type they want names. */
const typeOperators: ReadonlySet<Operator | "exists"> = new Set(["=", "!=", "in", "exists"]);

/**
 * Why a comparison of the type of events cannot be told which types it is true for; `undefined` where it can, or need
 * not.
 */
export function typeProblem(
  left: Operand,
  operator: Operator | "exists",
  comparesFields: boolean,
): string | undefined {
  let field = left;
  while (field.kind === "transformed") field = field.operand;
  const { name } = field;
  if ((name !== "evt.type" && name !== "syscall.type") || !typeOperators.has(operator)) return undefined;
  const why = "it decides which events a rule looks at, so name types";
  if (left.kind === "transformed") return `${left.transformer}() cannot be applied to ${name} here: ${why}`;
  return comparesFields ? `${name} cannot be compared with another field: ${why}` : undefined;
}
