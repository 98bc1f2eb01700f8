import type { FieldLookup } from "../fields/field-registry.ts";
import { nearest } from "../nearest.ts";
import type { Collector } from "./collector.ts";
import { type Context, contextOfFile, type Diagnostics } from "./diagnostics.ts";
import { readEngineVersion } from "./engine-version.ts";
import { createItem } from "./item.ts";
import { type Plugins, readPluginVersions } from "./plugin-versions.ts";
import { readList } from "./read-list.ts";
import { readMacro } from "./read-macro.ts";
import { readRule } from "./read-rule.ts";
import { readYaml } from "./read-yaml.ts";
import type { SourceFile } from "./source-file.ts";
import { unknownKeys } from "./unknown-keys.ts";
import type { TokenBudget } from "./yaml-tokens.ts";
import type { YamlDocuments, YamlValue } from "./yaml-value.ts";

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

/** What reading needs beside the file. */
export interface ItemReading {
  readonly collector: Collector;
  readonly diagnostics: Diagnostics;
  readonly fields: FieldLookup;
  readonly tokens: TokenBudget;
  readonly plugins: Plugins | undefined;
}

/** Reads every item of a file into the collector. */
export function readItems(file: SourceFile, reading: ItemReading): void {
  const { diagnostics, tokens } = reading;
  const documents = readYaml(file, tokens, diagnostics);
  for (const root of documents?.roots ?? []) {
    if (documents === undefined || root.kind === "null") continue;
    const context = contextOfFile(file, root.offset);
    if (root.kind !== "sequence") {
      diagnostics.error(
        "LOAD_ERR_YAML_VALIDATE",
        "a rules file must be a sequence of items: - rule: ...",
        context,
      );
      continue;
    }
    for (const node of root.items) {
      readItem(documents.value(node, root.offset), documents, context, reading);
    }
  }
}

function readItem(
  value: YamlValue,
  documents: YamlDocuments,
  context: Context,
  { collector, diagnostics, fields, plugins }: ItemReading,
): void {
  if (value.kind === "null") return;
  if (value.kind !== "map") {
    const message = "every item must be a map that begins with list, macro or rule";
    diagnostics.error("LOAD_ERR_YAML_VALIDATE", message, context, value.offset);
    return;
  }
  const item = createItem(value, documents, diagnostics, context);
  if (item.has("required_engine_version")) readEngineVersion(item, diagnostics);
  else if (item.has("required_plugin_versions")) readPluginVersions(item, documents, plugins, diagnostics);
  else if (item.has("list")) readList(item, documents, collector, diagnostics);
  else if (item.has("macro")) readMacro(item, documents, collector, diagnostics);
  else if (item.has("rule")) readRule(item, collector, { documents, diagnostics, fields });
  else {
    const keys = item.keys.slice(0, 5);
    const message = `no list, macro or rule, but ${keys.join(", ") || "nothing"}, so it is ignored`;
    diagnostics.warning("LOAD_UNKNOWN_ITEM", message, item.context, undefined, () => itemHint(keys));
  }
  const kind = Object.keys(keysOf).find((key) => item.has(key)) ?? "";
  const known = keysOf[kind];
  if (known !== undefined) unknownKeys(item, kind, known, diagnostics);
}

const kinds = ["list", "macro", "rule", "required_engine_version", "required_plugin_versions"];

function itemHint(keys: readonly string[]): string {
  const meant = keys.map((key) => nearest(key, kinds)).find((kind) => kind !== undefined);
  return meant === undefined ? ": begin it with list, macro or rule" : `: did you mean "${meant}"?`;
}
