import { type Checked, isOperand, type Test } from "../compiling/checked.ts";
import type { CompiledRule } from "../evaluating/candidates.ts";
import type { BoundField } from "../fields/bound-field.ts";
import { createFieldLookup, type FieldLookup } from "../fields/field-registry.ts";
import { parseOperand } from "../language/parse.ts";

/** Every comparison of `condition`, those of its macros included, each once. */
export function testsOf(condition: Checked): readonly Test[] {
  const tests = new Set<Test>();
  const seen = new Set<Checked>();
  const walk = (part: Checked): void => {
    if (seen.has(part)) return;
    seen.add(part);
    if (part.kind === "test" || part.kind === "type") tests.add(part.test);
    else if (part.kind === "macro") walk(part.condition);
    else if (part.kind === "not") walk(part.operand);
    else for (const operand of part.operands) walk(operand);
  };
  walk(condition);
  return [...tests];
}

/** The fields that a comparison reads. */
export function fieldsOfTest({ left, right }: Test): readonly BoundField[] {
  return isOperand(right) ? [left.field, right.field] : [left.field];
}

/** The fields that a condition reads, by their names. */
export function fieldsOfCondition(condition: Checked): ReadonlyMap<string, BoundField> {
  const fields = testsOf(condition).flatMap(fieldsOfTest);
  return new Map(fields.map((field) => [field.name, field]));
}

let lookup: FieldLookup | undefined;

/** The fields that only the output of a rule prints; of those that users have registered nothing is known. */
export function fieldsOfOutput({ rule, condition }: CompiledRule): readonly BoundField[] {
  lookup ??= createFieldLookup();
  const read = fieldsOfCondition(condition);
  const fields: BoundField[] = [];
  for (const written of rule.fields) {
    if (read.has(written)) continue;
    const operand = parseOperand(written, 0);
    if (!("kind" in operand) || operand.kind !== "field") continue;
    const field = lookup.bind(operand.name, operand.argument);
    if (typeof field !== "string") fields.push(field);
  }
  return fields;
}
