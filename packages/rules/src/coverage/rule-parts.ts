import { type Checked, isOperand, leavesOf, type Test } from "../compiling/checked.ts";
import type { CompiledRule } from "../evaluating/candidates.ts";
import type { BoundField } from "../fields/bound-field.ts";

/** The fields that a comparison reads. */
export function fieldsOfTest({ left, right }: Test): readonly BoundField[] {
  return isOperand(right) ? [left.field, right.field] : [left.field];
}

/** The fields that a condition reads, by their names. */
export function fieldsOfCondition(condition: Checked): ReadonlyMap<string, BoundField> {
  const fields = leavesOf(condition).flatMap(({ test }) => fieldsOfTest(test));
  return new Map(fields.map((field) => [field.name, field]));
}

/** The fields that only the output of a rule prints. */
export function fieldsOfOutput({ condition, format }: CompiledRule): readonly BoundField[] {
  const read = fieldsOfCondition(condition);
  return format.fields.filter(({ name }) => !read.has(name));
}
