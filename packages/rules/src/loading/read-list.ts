import type { Collector } from "./collector.ts";
import type { Diagnostics } from "./diagnostics.ts";
import type { Item } from "./item.ts";
import { readAppend, readOverride } from "./override.ts";

/** Reads a `list` item. */
export function readList(unnamed: Item, collector: Collector, diagnostics: Diagnostics): void {
  const name = unnamed.required("list")?.value;
  if (name === undefined) return;
  const item = unnamed.named("list", name);
  const { context } = item;
  if (!/^[^()"'\s=,]+$/.test(name)) {
    const message =
      "a name with blanks, quotes, parentheses, = or , cannot be used in a condition: rename it";
    diagnostics.warning("LOAD_INVALID_LIST_NAME", message, context, item.offset("list"));
  }
  if (!item.has("items")) {
    diagnostics.error("LOAD_ERR_YAML_VALIDATE", `the key "items" is missing: add "items: [...]"`, context);
  }
  const items = item.strings("items");
  const override = readOverride(item, ["items"], ["items"], diagnostics);
  const append = override && readAppend(item, override, diagnostics);
  if (items === undefined || override === undefined || append === undefined) {
    collector.broken("lists", name);
  } else if (append || override.append.has("items")) {
    collector.changeList(name, context, (list) => {
      list.items = [...list.items, ...items];
    });
  } else {
    collector.defineList({ name, context, items, index: 0, visibility: 0 });
  }
}
