import { changeRule } from "./change-rule.ts";
import type { Collector } from "./collector.ts";
import type { RuleDefinition } from "./definitions.ts";
import type { Diagnostics } from "./diagnostics.ts";
import { checkException } from "./exception.ts";
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
  const { diagnostics } = reading;
  const item = unnamed.named("rule", name);
  const override = readOverride(item, appendable, replaceable, diagnostics);
  const append = override && readAppend(item, override, diagnostics);
  if (override === undefined || append === undefined) {
    collector.broken("rules", name);
  } else if (override.append.size > 0 || override.replace.size > 0) {
    changeRule(name, item, override, collector, reading);
  } else if (append) {
    appendToRule(name, item, collector, reading);
  } else if (!["condition", "output", "desc", "priority"].some((key) => item.has(key))) {
    enableRule(name, item, collector, diagnostics);
  } else {
    defineRule(name, item, collector, reading);
  }
}

/** The old way of changing a rule: `append: true` with a condition, exceptions, or both. */
function appendToRule(name: string, item: Item, collector: Collector, reading: RuleReading): void {
  const keys = ["condition", "exceptions"].filter((key) => item.has(key));
  if (keys.length > 0) {
    changeRule(name, item, { append: new Set(keys), replace: new Set() }, collector, reading);
    return;
  }
  const message = "an appended rule must have a condition or exceptions: write what to append";
  reading.diagnostics.error("LOAD_ERR_VALIDATE", message, item.context);
}

function enableRule(name: string, item: Item, collector: Collector, diagnostics: Diagnostics): void {
  const enabled = item.required("enabled") && item.boolean("enabled");
  if (enabled === undefined) return;
  const { context } = item;
  const message = `a rule of "enabled" alone is deprecated: write "override: {enabled: replace}"`;
  diagnostics.warning("LOAD_DEPRECATED_ITEM", message, context, item.offset("enabled"));
  collector.changeRule(name, context, (rule) => {
    rule.enabled = enabled;
  });
}

function defineRule(name: string, item: Item, collector: Collector, reading: RuleReading): void {
  const { documents, diagnostics, fields } = reading;
  const condition = item.required("condition");
  const output = item.required("output");
  const description = item.required("desc");
  const priority = readPriority(item, diagnostics);
  const exceptions = readExceptions(item, false, documents, diagnostics);
  const tags = item.has("tags") ? item.strings("tags") : [];
  const source = item.has("source") ? (item.optional("source")?.value ?? "syscall") : "syscall";
  item.boolean("capture"); // not used here, and told of where it is wrong
  const rule: RuleDefinition | undefined =
    condition && output && description && priority && exceptions && tags
      ? {
          name,
          context: item.context,
          description: description.value,
          condition: [condition],
          output: [output],
          priority,
          source,
          tags: tagSet(tags),
          enabled: item.boolean("enabled") ?? true,
          exceptions,
          warnEventTypes: item.boolean("warn_evttypes") ?? true,
          skipIfUnknownFilter: item.boolean("skip-if-unknown-filter") ?? false,
          index: 0,
          visibility: 0,
        }
      : undefined;
  const ok = rule?.exceptions.every((exception) => checkException(exception, fields, diagnostics));
  if (rule !== undefined && ok) collector.defineRule(rule);
  else collector.broken("rules", name);
}
