import { changeRule } from "./change-rule.ts";
import { checkException } from "./check-exception.ts";
import type { Collector } from "./collector.ts";
import type { Diagnostics } from "./diagnostics.ts";
import { ExceptionTable } from "./exception-table.ts";
import type { Item } from "./item.ts";
import { readAppend, readOverride } from "./override.ts";
import { readExceptions } from "./read-exceptions.ts";
import { type RuleReading, readPriority, tagSet } from "./rule-reading.ts";

const appendable = ["condition", "output", "desc", "tags", "exceptions"];
const replaceable = [
  ...appendable,
  "priority",
  "capture",
  "capture_duration",
  "enabled",
  "warn_evttypes",
  "skip-if-unknown-filter",
];

/** Reads a `rule` item. */
export function readRule(unnamed: Item, collector: Collector, reading: RuleReading): void {
  const name = unnamed.required("rule")?.value;
  if (name === undefined) return;
  const { documents, diagnostics } = reading;
  const item = unnamed.named("rule", name);
  const source = readSource(item);
  const override = readOverride(item, appendable, replaceable, documents, diagnostics);
  const append = override && readAppend(item, override, diagnostics);
  if (override === undefined || append === undefined) {
    collector.rules.broken(name);
  } else if (override.append.size > 0 || override.replace.size > 0) {
    const changesCondition = override.append.has("condition") || override.replace.has("condition");
    changeRule(name, item, override, changesCondition ? source : "", collector, reading);
  } else if (append) {
    appendToRule(name, item, source, collector, reading);
  } else if (!["condition", "output", "desc", "priority"].some((key) => item.has(key))) {
    enableRule(name, item, collector, diagnostics);
  } else {
    defineRule(name, item, collector, reading);
  }
}

/** What a change says of the source of its rule; empty where it says nothing. */
function readSource(item: Item): string {
  const value = item.value("source");
  const isEmpty =
    value === undefined || value.kind === "null" || (value.kind === "scalar" && value.text === "");
  return isEmpty ? "" : (item.optional("source")?.value ?? "");
}

/** The old way of changing a rule: `append: true` with a condition, exceptions, or both. */
function appendToRule(
  name: string,
  item: Item,
  source: string,
  collector: Collector,
  reading: RuleReading,
): void {
  const keys = ["condition", "exceptions"].filter((key) => item.has(key));
  if (keys.length > 0) {
    changeRule(name, item, { append: new Set(keys), replace: new Set() }, source, collector, reading);
    return;
  }
  const message = "an appended rule must have a condition or exceptions: write what to append";
  reading.diagnostics.error("LOAD_ERR_VALIDATE", message, item.context);
}

function enableRule(name: string, item: Item, collector: Collector, diagnostics: Diagnostics): void {
  const { context } = item;
  if (!item.has("enabled")) {
    const message = "the rule says nothing: write its condition, output, desc and priority";
    diagnostics.error("LOAD_ERR_YAML_VALIDATE", message, context);
    return;
  }
  const enabled = item.boolean("enabled");
  if (enabled === undefined) return;
  const message = `a rule of "enabled" alone is deprecated: write "override: {enabled: replace}"`;
  diagnostics.warning("LOAD_DEPRECATED_ITEM", message, context, item.offset("enabled"));
  const rule = collector.rules.change(name, context);
  if (rule !== undefined) rule.enabled = enabled;
}

/** Where a key is wrong, the rule is taken without it: so that all else that is wrong is told, too. */
function defineRule(name: string, item: Item, collector: Collector, reading: RuleReading): void {
  const { documents, diagnostics, fields } = reading;
  const { context } = item;
  const condition = item.required("condition");
  const output = item.required("output");
  const description = item.required("desc");
  const priority = readPriority(item, diagnostics);
  const exceptions = readExceptions(item, false, documents, diagnostics) ?? [];
  const tags = (item.has("tags") && item.strings("tags")) || [];
  const source = item.has("source") ? item.optional("source")?.value : "syscall";
  if (condition === undefined || source === undefined) {
    collector.rules.broken(name);
    return;
  }
  const earlier = collector.rules.get(name);
  if (earlier !== undefined && earlier.source !== source) {
    const message = `the rule is defined again, for source ${source} instead of ${earlier.source}: name it otherwise`;
    diagnostics.error("LOAD_ERR_VALIDATE", message, context);
    return;
  }
  collector.rules.define({
    name,
    context,
    description: description === undefined ? [] : [description.value],
    condition: [condition],
    output: output === undefined ? [] : [output],
    priority: priority ?? "Debug",
    source,
    tags: tagSet(tags),
    enabled: item.boolean("enabled") ?? true,
    exceptions: new ExceptionTable(
      exceptions.filter((exception) => checkException(exception, source, fields, diagnostics)),
    ),
    warnEventTypes: item.boolean("warn_evttypes") ?? true,
    skipIfUnknownFilter: item.boolean("skip-if-unknown-filter") ?? false,
    capture: item.boolean("capture") ?? false,
    captureDuration: item.count("capture_duration") ?? 0,
    index: 0,
    visibility: 0,
  });
}
