import type { FieldLookup } from "../fields/field-registry.ts";
import { didYouMean, nearest } from "../nearest.ts";
import type { Collector } from "./collector.ts";
import type { Context, Diagnostics } from "./diagnostics.ts";
import { readEngineVersion, readPluginVersions } from "./engine-version.ts";
import { createItem, type Item } from "./item.ts";
import { readList } from "./read-list.ts";
import { readMacro } from "./read-macro.ts";
import { readRule } from "./read-rule.ts";
import type { SourceFile } from "./source-file.ts";
import { parseYaml, type YamlDocuments, type YamlValue } from "./yaml-documents.ts";

const keysOf: Readonly<Record<string, readonly string[]>> = {
  list: ["list", "items", "append", "override"],
  macro: ["macro", "condition", "append", "override"],
  rule: [
    "rule",
    "desc",
    "condition",
    "output",
    "priority",
    "tags",
    "enabled",
    "source",
    "exceptions",
    "append",
    "override",
    "warn_evttypes",
    "skip-if-unknown-filter",
    "capture",
    "capture_duration",
  ],
};

/** Reads every item of a file into the collector. */
export function readItems(
  file: SourceFile,
  collector: Collector,
  diagnostics: Diagnostics,
  fields: FieldLookup,
): void {
  const documents = parseYaml(file, diagnostics);
  for (const root of documents?.roots ?? []) {
    if (documents === undefined || root.kind === "null") continue;
    const context: Context = { file, itemKind: undefined, item: "", offset: root.offset };
    if (root.kind !== "sequence") {
      diagnostics.error(
        "LOAD_ERR_YAML_VALIDATE",
        "a rules file must be a sequence of items: - rule: ...",
        context,
      );
      continue;
    }
    for (const node of root.items) {
      readItem(documents.value(node, root.offset), documents, collector, diagnostics, context, fields);
    }
  }
}

function readItem(
  value: YamlValue,
  documents: YamlDocuments,
  collector: Collector,
  diagnostics: Diagnostics,
  context: Context,
  fields: FieldLookup,
): void {
  if (value.kind === "null") return;
  if (value.kind !== "map") {
    const message = "every item must be a map that begins with list, macro or rule";
    diagnostics.error("LOAD_ERR_YAML_VALIDATE", message, context, value.offset);
    return;
  }
  const item = createItem(value, documents, diagnostics, context);
  if (item.has("required_engine_version")) readEngineVersion(item, diagnostics);
  else if (item.has("required_plugin_versions")) readPluginVersions(item, documents, diagnostics);
  else if (item.has("list")) readList(item, collector, diagnostics);
  else if (item.has("macro")) readMacro(item, collector, diagnostics);
  else if (item.has("rule")) readRule(item, collector, { documents, diagnostics, fields });
  else {
    const keys = item.keys.slice(0, 5);
    const message = `no list, macro or rule, but ${keys.join(", ") || "nothing"}, so it is ignored`;
    diagnostics.warning("LOAD_UNKNOWN_ITEM", message, item.context, undefined, () => itemHint(keys));
  }
  warnOfUnknownKeys(item, diagnostics);
}

const kinds = ["list", "macro", "rule", "required_engine_version", "required_plugin_versions"];

function itemHint(keys: readonly string[]): string {
  const meant = keys.map((key) => nearest(key, kinds)).find((kind) => kind !== undefined);
  return meant === undefined ? ": begin it with list, macro or rule" : `: did you mean "${meant}"?`;
}

function warnOfUnknownKeys(item: Item, diagnostics: Diagnostics): void {
  const kind = ["list", "macro", "rule"].find((key) => item.has(key));
  const known = kind === undefined ? undefined : keysOf[kind];
  if (known === undefined) return;
  for (const key of item.keys) {
    if (known.includes(key)) continue;
    const message = `a ${kind} has no key "${key}", so it is ignored`;
    const hint = (): string => didYouMean(key, known, "take it out");
    diagnostics.warning("LOAD_UNKNOWN_KEY", message, item.context, item.offset(key), hint);
  }
}
