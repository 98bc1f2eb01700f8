import type { FieldLookup } from "../fields/field-registry.ts";
import { listOperators, type Operand, scalarOperators } from "../language/ast.ts";
import { parseOperand } from "../language/parse.ts";
import { didYouMean, type Hint } from "../nearest.ts";
import type { ExceptionValue, RuleException } from "./definitions.ts";
import type { Diagnostics } from "./diagnostics.ts";
import type { ScalarText } from "./scalar-text.ts";

const operators: ReadonlySet<string> = new Set([...scalarOperators, ...listOperators, "==", "exists"]);

/** Those that compare with lists: the ones an exception of one field can have. */
export const operatorsOfLists: ReadonlySet<string> = new Set(listOperators);

/** Whether fields or operators were given, and are no empty sequence. */
export function isGiven(value: ExceptionValue | undefined): boolean {
  return value?.kind === "one" || (value?.kind === "several" && value.items.length > 0);
}

/** The strings of fields or operators; of a sequence in one, which cannot be, `undefined`. */
export function textsOf(value: ExceptionValue | undefined): readonly (ScalarText | undefined)[] {
  if (value?.kind === "one") return [value.text];
  if (value?.kind !== "several") return [];
  return value.items.map((item) => (item.kind === "one" ? item.text : undefined));
}

/**
 * Whether fields and operators of an exception exist and go together; its values are looked at when it is used. Fields of
 * a source that is not ours are not known.
 */
export function checkException(
  exception: RuleException,
  source: string,
  known: FieldLookup,
  diagnostics: Diagnostics,
): boolean {
  const { name, fields, context } = exception;
  let ok = true;
  const wrong: Wrong = (message, text, hint) => {
    diagnostics.error("LOAD_ERR_VALIDATE", message, context, text?.offsetOf(0), hint);
    ok = false;
  };
  if (!isGiven(fields)) wrong(`the exception "${name}" has no fields: add those to compare`);
  else if (fields?.kind === "one") checkOperator(exception, wrong);
  else checkOperators(exception, wrong);
  if (source === "syscall") for (const field of textsOf(fields)) checkField(field, known, wrong);
  return ok;
}

type Wrong = (message: string, text?: ScalarText, hint?: Hint) => void;

/** Of one field there is one operator, and it takes a list. */
function checkOperator({ name, comps }: RuleException, wrong: Wrong): void {
  if (!isGiven(comps)) return;
  if (comps?.kind !== "one") {
    wrong(`fields of the exception "${name}" is a string, so comps must be one too`);
  } else if (!operatorsOfLists.has(comps.text.value)) {
    wrong(`"${comps.text.value}" must be in, pmatch or intersects where fields is one string`, comps.text);
  }
}

function checkOperators({ name, fields, comps }: RuleException, wrong: Wrong): void {
  if (!isGiven(comps)) return;
  const wanted = textsOf(fields).length;
  const given = comps?.kind === "several" ? textsOf(comps) : [];
  if (comps?.kind === "one") {
    wrong(`fields of the exception "${name}" is a sequence, so comps must be one too`, comps.text);
  } else if (given.length !== wanted) {
    wrong(`the exception "${name}" must have as many comps as fields: ${wanted}, not ${given.length}`);
  }
  for (const comp of given) {
    const operator = comp?.value ?? "";
    if (operators.has(operator)) continue;
    const hint = (): string => didYouMean(operator, operators, `use one of ${[...operators].join(", ")}`);
    wrong(`"${operator}" is no operator`, comp, hint);
  }
}

function checkField(text: ScalarText | undefined, known: FieldLookup, wrong: Wrong): void {
  const written = text?.value ?? "";
  const operand = parseOperand(written, 0);
  if (!("kind" in operand) || operand.end !== written.length) {
    wrong(`"${written}" is no field: write one such as proc.name`, text);
    return;
  }
  const { name, argument } = fieldOf(operand);
  const bound = known.bind(name, argument);
  if (typeof bound === "string") wrong(bound, text, () => known.hint(name));
}

/** The field that functions are applied to. */
function fieldOf(operand: Operand): Operand & { kind: "field" } {
  return operand.kind === "field" ? operand : fieldOf(operand.operand);
}
