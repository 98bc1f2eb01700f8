import type { ExceptionValue, RuleException } from "./definitions.ts";
import type { Diagnostics } from "./diagnostics.ts";
import { createItem, type Item } from "./item.ts";
import { scalarText } from "./scalar-text.ts";
import { unknownKeys } from "./unknown-keys.ts";
import type { YamlDocuments, YamlValue } from "./yaml-value.ts";

/** Reads the exceptions of a rule; `undefined` where they are wrong. Appended ones may leave out their fields. */
export function readExceptions(
  item: Item,
  appending: boolean,
  documents: YamlDocuments,
  diagnostics: Diagnostics,
): readonly RuleException[] | undefined {
  const value = item.value("exceptions");
  if (value === undefined || value.kind === "null") return [];
  if (value.kind !== "sequence") {
    const message = `the value of "exceptions" must be a sequence: - name: ...`;
    diagnostics.error("LOAD_ERR_YAML_VALIDATE", message, item.context, value.offset);
    return undefined;
  }
  const exceptions: RuleException[] = [];
  const names = new Set<string>();
  let ok = true;
  for (const node of value.items) {
    const one = documents.value(node, value.offset);
    const exception = readException(one, item, appending, documents, diagnostics);
    if (exception === undefined) {
      ok = false;
      continue;
    }
    if (names.has(exception.name)) {
      const message = `there are two exceptions "${exception.name}": give them different names`;
      diagnostics.warning("LOAD_EXCEPTION_NAME_NOT_UNIQUE", message, exception.context);
    }
    names.add(exception.name);
    exceptions.push(exception);
  }
  return ok ? exceptions : undefined;
}

function readException(
  value: YamlValue,
  rule: Item,
  appending: boolean,
  documents: YamlDocuments,
  diagnostics: Diagnostics,
): RuleException | undefined {
  const wrong = (message: string, offset: number): undefined => {
    diagnostics.error("LOAD_ERR_YAML_VALIDATE", message, rule.context, offset);
  };
  if (value.kind !== "map")
    return wrong("every exception must be a map: {name: ..., fields: ..., values: ...}", value.offset);
  const item = createItem(value, documents, diagnostics, rule.context);
  unknownKeys(item, "exception", ["name", "fields", "comps", "values"], diagnostics);
  const name = item.required("name");
  if (name === undefined) return undefined;
  const { context } = item;
  const entry = (key: string): ExceptionValue | undefined => {
    const own = item.value(key);
    return own && readEntry(own, item, documents, wrong, 0);
  };
  if (!item.has("fields") && !appending)
    return wrong(`the exception "${name.value}" has no "fields": add those to compare`, value.offset);
  const fields = entry("fields");
  const comps = entry("comps");
  if ((item.has("fields") && fields === undefined) || (item.has("comps") && comps === undefined))
    return undefined;
  const values = item.value("values");
  if (values === undefined && appending) {
    const message = `the exception "${name.value}" has no "values", so nothing is appended: add some`;
    diagnostics.warning("LOAD_APPEND_NO_VALUES", message, context, value.offset);
  }
  if (values === undefined) return { name: name.value, context, fields, comps, values: [] };
  if (values.kind !== "sequence")
    return wrong(`the value of "values" must be a sequence, such as [[a, b]]`, values.offset);
  const rows: ExceptionValue[] = [];
  for (const node of values.items) {
    const row = readEntry(documents.value(node, values.offset), item, documents, wrong, 0);
    if (row === undefined) return undefined;
    rows.push(row);
  }
  return { name: name.value, context, fields, comps, values: rows };
}

/** What is neither string nor sequence is nothing, which where it matters is told later, as in Falco. */
function readEntry(
  value: YamlValue,
  item: Item,
  documents: YamlDocuments,
  wrong: (message: string, offset: number) => undefined,
  depth: number,
): ExceptionValue | undefined {
  const { offset } = value;
  if (value.kind === "scalar") {
    if (value.text === "")
      return wrong("a value of an exception is empty: write one, or take it out", offset);
    return { kind: "one", text: scalarText(item.context.file, value.scalar, value.text) };
  }
  // Rows hold values or lists of values: what is deeper can only be wrong.
  if (value.kind !== "sequence" || depth > 2) return { kind: "none", offset };
  const items: ExceptionValue[] = [];
  for (const node of value.items) {
    const entry = readEntry(documents.value(node, offset), item, documents, wrong, depth + 1);
    if (entry === undefined) return undefined;
    items.push(entry);
  }
  return { kind: "several", items, offset };
}
