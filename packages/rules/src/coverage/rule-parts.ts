import { type Checked, isOperand, type Test } from "../compiling/checked.ts";
import type { CompiledRule } from "../evaluating/candidates.ts";
import type { BoundField } from "../fields/bound-field.ts";

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

/** The fields that only the output of a rule prints. */
export function fieldsOfOutput({ condition, format }: CompiledRule): readonly BoundField[] {
  const read = fieldsOfCondition(condition);
  return format.fields.filter(({ name }) => !read.has(name));
}
