import type { ErrorDiagnosticCode } from "../diagnostic.ts";
import { isGiven, operatorsOfLists, textsOf } from "./check-exception.ts";
import type { ExceptionValue, RuleException } from "./definitions.ts";
import type { Diagnostics } from "./diagnostics.ts";
import type { LocatedTextBuilder } from "./located-text.ts";
import { fixedText, type ScalarText } from "./scalar-text.ts";

/** Why values do not fit the fields. */
interface Misfit {
  readonly code: ErrorDiagnosticCode;
  readonly message: string;
}

/** Appends ` and not (...)` for every exception that has values; false where values do not fit the fields. */
export function appendExceptions(
  exceptions: Iterable<RuleException>,
  condition: LocatedTextBuilder,
  diagnostics: Diagnostics,
): boolean {
  let ok = true;
  for (const exception of exceptions) {
    const { fields, values, context } = exception;
    if (values.length === 0 || !isGiven(fields)) continue;
    const append = fields?.kind === "one" ? appendSingle : appendRows;
    const misfit = append(exception, condition);
    if (misfit === undefined) continue;
    diagnostics.error(misfit.code, misfit.message, context);
    ok = false;
  }
  return ok;
}

/** One field, whose values make one list. */
function appendSingle(
  { name, fields, comps, context, values }: RuleException,
  out: LocatedTextBuilder,
): Misfit | undefined {
  const glue = fixedText(context.file, "", context.offset);
  const field = textsOf(fields)[0];
  if (field === undefined) return undefined;
  out.insert(" and not (", glue);
  out.append(field.value, field);
  out.insert(` ${textsOf(comps)[0]?.value ?? "in"} (`, glue);
  for (const [i, value] of values.entries()) {
    if (value.kind === "none") return empty(name);
    if (value.kind === "several") {
      const message = `the values of exception "${name}" must be strings, as its fields is one: make fields a sequence for rows`;
      return { code: "LOAD_ERR_VALIDATE", message };
    }
    if (i > 0) out.insert(", ", glue);
    appendValue(value.text, out);
  }
  out.insert("))", glue);
  return undefined;
}

function empty(name: string): Misfit {
  const message = `a value of exception "${name}" is empty: write one, or take it out`;
  return { code: "LOAD_ERR_COMPILE_CONDITION", message };
}

/** Several fields, compared with rows of values. */
function appendRows(exception: RuleException, out: LocatedTextBuilder): Misfit | undefined {
  const { name, context, values } = exception;
  const glue = fixedText(context.file, "", context.offset);
  const fields = textsOf(exception.fields);
  const comps = textsOf(exception.comps);
  out.insert(" and not (", glue);
  for (const [i, row] of values.entries()) {
    if (row.kind !== "several" || row.items.length !== fields.length) {
      const message = `every row of values of exception "${name}" must have as many as it has fields: ${fields.length}`;
      return { code: "LOAD_ERR_VALIDATE", message };
    }
    out.insert(i > 0 ? " or (" : "(", glue);
    for (const [k, field] of fields.entries()) {
      const operator = comps[k]?.value ?? "=";
      if (k > 0) out.insert(" and ", glue);
      if (field !== undefined) out.append(field.value, field);
      out.insert(` ${operator} `, glue);
      if (!appendCell(row.items[k], operator, out, glue)) return empty(name);
    }
    out.insert(")", glue);
  }
  out.insert(")", glue);
  return undefined;
}

/** One value of a row; false where it is empty. */
function appendCell(
  value: ExceptionValue | undefined,
  operator: string,
  out: LocatedTextBuilder,
  glue: ScalarText,
): boolean {
  if (value === undefined || value.kind === "none") return false;
  if (value.kind === "several") return appendList(value.items, out, glue);
  if (operatorsOfLists.has(operator)) appendParenthesized(value.text, out, glue);
  else appendValue(value.text, out);
  return true;
}

function appendList(items: readonly ExceptionValue[], out: LocatedTextBuilder, glue: ScalarText): boolean {
  out.insert("(", glue);
  for (const [i, item] of items.entries()) {
    if (item.kind !== "one") return false;
    if (i > 0) out.insert(", ", glue);
    appendValue(item.text, out);
  }
  out.insert(")", glue);
  return true;
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
