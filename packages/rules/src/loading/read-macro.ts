import type { Collector } from "./collector.ts";
import type { Diagnostics } from "./diagnostics.ts";
import type { Item } from "./item.ts";
import { readAppend, readOverride } from "./override.ts";
import type { YamlDocuments } from "./yaml-value.ts";

/** Reads a `macro` item. */
export function readMacro(
  unnamed: Item,
  documents: YamlDocuments,
  collector: Collector,
  diagnostics: Diagnostics,
): void {
  const name = unnamed.required("macro")?.value;
  if (name === undefined) return;
  const item = unnamed.named("macro", name);
  const { context } = item;
  if (!/^[a-zA-Z]+[a-zA-Z0-9_]*$/.test(name)) {
    const message = "a name of anything but letters, digits and _ cannot be used in a condition: rename it";
    diagnostics.warning("LOAD_INVALID_MACRO_NAME", message, context, item.offset("macro"));
  }
  const condition = item.required("condition");
  const override = readOverride(item, ["condition"], ["condition"], documents, diagnostics);
  const append = override && readAppend(item, override, diagnostics);
  if (condition === undefined || override === undefined || append === undefined) {
    collector.macros.broken(name);
  } else if (append || override.append.has("condition")) {
    collector.macros.change(name, context)?.condition.push(condition);
  } else {
    collector.macros.define({ name, context, condition: [condition], index: 0, visibility: 0 });
  }
}
