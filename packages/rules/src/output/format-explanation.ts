import { printable } from "@sentrytap/core";
import type {
  ExplainedComparison,
  ExplainedCondition,
  Explanation,
  SeenValue,
} from "../evaluating/explanation.ts";

/** Characters of a comparison or a value that are shown. */
const maxShown = 200;

/**
 * An explanation as indented text: a line a part, with ✓ where it held and ✗ where not, and behind comparisons what the
 * field said. It is safe for a terminal: what a sandbox puts in names and arguments is quoted, escaped and cut.
 *
 * @example
 * console.log(formatExplanation(rules.explain("Secret read", event)));
 * // ✗ all of
 * //   ✓ macro open_read
 * //     ✓ evt.type in (open, openat): it is "openat"
 * //   ✗ fd.name in (/etc/shadow, /etc/sudoers): it is "/etc/hosts"
 */
export function formatExplanation(explanation: Explanation): string {
  if (!explanation.judged) return "✗ calls are judged when they return, and this one has just begun";
  const lines: string[] = [];
  write(explanation.condition, "", lines);
  return lines.join("\n");
}

function write(condition: ExplainedCondition, indent: string, lines: string[]): void {
  lines.push(`${indent}${condition.holds ? "✓" : "✗"} ${headline(condition)}`);
  for (const part of partsOf(condition)) write(part, `${indent}  `, lines);
}

function partsOf(condition: ExplainedCondition): readonly ExplainedCondition[] {
  switch (condition.kind) {
    case "and":
    case "or":
      return condition.operands;
    case "not":
      return [condition.operand];
    case "macro":
      return [condition.condition];
    default:
      return [];
  }
}

function headline(condition: ExplainedCondition): string {
  switch (condition.kind) {
    case "and":
      return "all of";
    case "or":
      return "one of";
    case "not":
      return "not";
    case "macro":
      return `macro ${safe(condition.name)}`;
    case "cut":
      return "... (the rest is left out)";
    case "compare":
      return describe(condition);
  }
}

function describe({ text, actual, other, absence, failure }: ExplainedComparison): string {
  const said = [`it ${show(actual)}`];
  if (absence !== undefined) said.push(`: ${absence}`);
  if (other !== undefined) said.push(`, ${safe(other.field)} ${show(other.actual)}`);
  if (failure !== undefined) said.push(`, and threw ${safe(String(failure))}`);
  return `${safe(text)}: ${said.join("")}`;
}

function show(value: SeenValue): string {
  if (value === undefined) return "has no value";
  if (Array.isArray(value)) return `has the values ${safe(value.map(quoted).join(", "))}`;
  return `is ${safe(quoted(value))}`;
}

/** A field of somebody's own may give what it should not. */
function quoted(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value.slice(0, maxShown + 1)) : String(value);
}

/** Of one line, cut where it is long, with nothing in it that a terminal acts on. */
function safe(text: string): string {
  return printable(text.length <= maxShown ? text : `${text.slice(0, maxShown)}...`);
}
