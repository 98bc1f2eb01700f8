import type { FieldLookup } from "../fields/field-registry.ts";
import { listOperators, scalarOperators } from "../language/ast.ts";
import { didYouMean, type Hint } from "../nearest.ts";
import type { ExceptionValue, RuleException } from "./definitions.ts";
import type { Diagnostics } from "./diagnostics.ts";
import type { LocatedTextBuilder } from "./located-text.ts";
import { fixedText, type ScalarText } from "./scalar-text.ts";

const operators: ReadonlySet<string> = new Set([...scalarOperators, ...listOperators, "==", "exists"]);
const operatorsOfLists: ReadonlySet<string> = new Set(listOperators);

/** Whether fields and operators of an exception exist and go together; its values are looked at when it is used. */
export function checkException(
  { name, fields, comps, context }: RuleException,
  known: FieldLookup,
  diagnostics: Diagnostics,
): boolean {
  const problems: [message: string, offset: number, hint?: Hint][] = [];
  const operatorTexts = textsOf(comps);
  if (fields?.kind === "one") {
    if (comps?.kind === "several")
      problems.push(["fields is a string, so comps must be one too", comps.offset]);
    for (const comp of comps?.kind === "one" ? operatorTexts : []) {
      if (operatorsOfLists.has(comp.value)) continue;
      problems.push([
        `"${comp.value}" must be in, pmatch or intersects where fields is one string`,
        comp.offsetOf(0),
      ]);
    }
  } else {
    if (comps !== undefined && operatorTexts.length !== textsOf(fields).length) {
      const counts = `${textsOf(fields).length}, not ${operatorTexts.length}`;
      problems.push([`the exception "${name}" must have as many comps as fields: ${counts}`, context.offset]);
    }
    for (const comp of operatorTexts) {
      if (operators.has(comp.value)) continue;
      const hint = (): string => didYouMean(comp.value, operators, `use one of ${[...operators].join(", ")}`);
      problems.push([`"${comp.value}" is no operator`, comp.offsetOf(0), hint]);
    }
  }
  for (const field of textsOf(fields)) {
    const [own, argument] = splitArgument(field.value);
    const bound = known.bind(own, argument);
    if (typeof bound === "string") problems.push([bound, field.offsetOf(0), () => known.hint(own)]);
  }
  for (const [message, offset, hint] of problems)
    diagnostics.error("LOAD_ERR_VALIDATE", message, context, offset, hint);
  return problems.length === 0;
}

/** `proc.aname[2]` as a name and its argument. */
function splitArgument(name: string): [name: string, argument: string | undefined] {
  const [, field = name, argument] = /^([^[]*)\[(.*)\]$/.exec(name) ?? [];
  return [field, argument];
}

function textsOf(value: ExceptionValue | undefined): readonly ScalarText[] {
  if (value === undefined) return [];
  if (value.kind === "one") return [value.text];
  return value.items.flatMap((item) => (item.kind === "one" ? [item.text] : []));
}

/** Appends ` and not (...)` for every exception that has values; false where values do not fit the fields. */
export function appendExceptions(
  exceptions: readonly RuleException[],
  condition: LocatedTextBuilder,
  diagnostics: Diagnostics,
): boolean {
  let ok = true;
  for (const exception of exceptions) {
    if (exception.values.length === 0 || exception.fields === undefined) continue;
    const { fields } = exception;
    const append = fields.kind === "one" ? appendSingle : appendRows;
    const problem = append(exception, condition);
    if (problem === undefined) continue;
    diagnostics.error("LOAD_ERR_VALIDATE", problem, exception.context);
    ok = false;
  }
  return ok;
}

/** One field, whose values make one list. */
function appendSingle(
  { name, fields, comps, context, values }: RuleException,
  out: LocatedTextBuilder,
): string | undefined {
  const glue = fixedText(context.file, "", context.offset);
  const field = textsOf(fields)[0];
  if (field === undefined) return undefined;
  out.insert(" and not (", glue);
  out.append(field.value, field);
  out.insert(` ${textsOf(comps)[0]?.value ?? "in"} (`, glue);
  for (const [i, value] of values.entries()) {
    if (value.kind !== "one")
      return `the values of exception "${name}" must be strings, as its fields is one: make fields a sequence for rows`;
    if (i > 0) out.insert(", ", glue);
    appendValue(value.text, out);
  }
  out.insert("))", glue);
  return undefined;
}

/** Several fields, compared with rows of values. */
function appendRows(exception: RuleException, out: LocatedTextBuilder): string | undefined {
  const { name, context, values } = exception;
  const glue = fixedText(context.file, "", context.offset);
  const fields = textsOf(exception.fields);
  const comps = textsOf(exception.comps);
  out.insert(" and not (", glue);
  for (const [i, row] of values.entries()) {
    if (row.kind !== "several" || row.items.length !== fields.length) {
      return `every row of values of exception "${name}" must have as many as it has fields: ${fields.length}`;
    }
    out.insert(i > 0 ? " or (" : "(", glue);
    for (const [k, field] of fields.entries()) {
      const operator = comps[k]?.value ?? "=";
      if (k > 0) out.insert(" and ", glue);
      out.append(field.value, field);
      out.insert(` ${operator} `, glue);
      const value = row.items[k];
      if (value?.kind === "several") appendList(value.items, out, glue);
      else if (value !== undefined && operatorsOfLists.has(operator))
        appendParenthesized(value.text, out, glue);
      else if (value !== undefined) appendValue(value.text, out);
    }
    out.insert(")", glue);
  }
  out.insert(")", glue);
  return undefined;
}

function appendList(items: readonly ExceptionValue[], out: LocatedTextBuilder, glue: ScalarText): void {
  out.insert("(", glue);
  for (const [i, item] of items.entries()) {
    if (i > 0) out.insert(", ", glue);
    if (item.kind === "one") appendValue(item.text, out);
  }
  out.insert(")", glue);
}

function appendParenthesized(text: ScalarText, out: LocatedTextBuilder, glue: ScalarText): void {
  const open = text.value.startsWith("(");
  if (!open) out.insert("(", glue);
  out.append(text.value, text);
  if (!open) out.insert(")", glue);
}

/** A value with blanks in it stands for one value, so it is put in quotes; any other may bring its own. */
function appendValue(text: ScalarText, out: LocatedTextBuilder): void {
  if (needsQuotes(text.value)) out.insert(`"${text.value}"`, text);
  else out.append(text.value, text);
}

/** Whether an item of a list or exception must be put in quotes before it goes into a condition. */
export function needsQuotes(value: string): boolean {
  return value.includes(" ") && !value.startsWith('"') && !value.startsWith("'");
}
