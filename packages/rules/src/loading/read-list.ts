import type { Collector } from "./collector.ts";
import type { Diagnostics } from "./diagnostics.ts";
import type { Item } from "./item.ts";
import { readAppend, readOverride } from "./override.ts";
import type { YamlDocuments } from "./yaml-value.ts";

/** Reads a `list` item. */
export function readList(
  unnamed: Item,
  documents: YamlDocuments,
  collector: Collector,
  diagnostics: Diagnostics,
): void {
  const name = unnamed.required("list")?.value;
  if (name === undefined) return;
  const item = unnamed.named("list", name);
  const { context } = item;
  if (!/^[^()"'=, \t\n\v\f\r]+$/.test(name)) {
    const message =
      "a name with blanks, quotes, parentheses, = or , cannot be used in a condition: rename it";
    diagnostics.warning("LOAD_INVALID_LIST_NAME", message, context, item.offset("list"));
  }
  if (!item.has("items")) {
    diagnostics.error("LOAD_ERR_YAML_VALIDATE", `the key "items" is missing: add "items: [...]"`, context);
  }
  const items = item.strings("items");
  const override = readOverride(item, ["items"], ["items"], documents, diagnostics);
  const append = override && readAppend(item, override, diagnostics);
  if (override === undefined || append === undefined) {
    collector.lists.broken(name);
  } else if (items === undefined) {
    // An empty one, so that what is made of its items is not told to be wrong for its name.
    collector.lists.define({ name, context, items: [], index: 0, visibility: 0 });
  } else if (append || override.append.has("items")) {
    const list = collector.lists.change(name, context);
    for (const one of items) list?.items.push(one);
  } else {
    collector.lists.define({ name, context, items: [...items], index: 0, visibility: 0 });
  }
}
