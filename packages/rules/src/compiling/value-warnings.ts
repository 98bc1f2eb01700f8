import type { BoundField } from "../fields/bound-field.ts";
import type { FieldLookup } from "../fields/field-registry.ts";
import { type Operator, transformers } from "../language/ast.ts";
import { parseOperand } from "../language/parse.ts";
import { didYouMean } from "../nearest.ts";

/** What looks like a mistake in a value, though it is none by the rules; `undefined` where nothing does. */
export function literalWarning(operator: Operator, value: string, fields: FieldLookup): string | undefined {
  if (operator === "regex" && isSimple(value)) {
    return `the regular expression "${value}" can be written with =, contains, startswith or endswith, which are faster`;
  }
  if (value.length > 200) return undefined;
  const tight = value.replace(/\s/g, "");
  if (isField(tight, fields)) return `"${value}" is a field: write val(${tight}) to compare with its value`;
  const isCall = ["val", ...transformers].some((name) => tight.startsWith(`${name}(`) && tight.endsWith(")"));
  return isCall
    ? `"${value}" looks like a function, but is compared as text: take the quotes away to call it`
    : undefined;
}

/** The beginnings of the names of Falco's fields, of whose values it does not warn. */
const ofFalco = /^(?:evt|syscall|proc|thread|fd|fs|fdlist|user|group|container|k8s)\./;

/** What is wrong with comparing `field` with `value`, where it can never have that. */
export function unknownValueWarning(
  operator: Operator,
  value: string,
  { name, coverage: { values } }: BoundField,
): string | undefined {
  if (values === undefined || values.includes(value) || ofFalco.test(name)) return undefined;
  if (!["=", "==", "!=", "in", "intersects"].includes(operator)) return undefined;
  return `${name} is never "${value}"${didYouMean(value, values, `it is one of ${values.join(", ")}`)}`;
}

function isField(text: string, fields: FieldLookup): boolean {
  if (!/^[a-zA-Z][a-zA-Z0-9_]*\./.test(text)) return false;
  const operand = parseOperand(text, 0);
  if (!("kind" in operand) || operand.kind !== "field" || operand.end !== text.length) return false;
  return fields.has(operand.name, operand.argument);
}

/** Whether a pattern has no special characters but anchors, and `.*` and its like at either end. */
function isSimple(pattern: string): boolean {
  const end = pattern.length - 1;
  for (let i = 0; i <= end; i++) {
    const char = pattern.charAt(i);
    if ((i === 0 && char === "^") || (i === end && char === "$")) continue;
    const atEdge = (i === 0 && end > 0) || i === end - 1;
    if (atEdge && char === "." && /[+*?]/.test(pattern.charAt(i + 1))) {
      i++;
      continue;
    }
    if (/[.+*?^$()[\]{}|\\]/.test(char)) return false;
  }
  return true;
}
