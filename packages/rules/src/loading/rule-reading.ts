import type { FieldLookup } from "../fields/field-registry.ts";
import { type Priority, parsePriority, priorities } from "../priority.ts";
import type { Diagnostics } from "./diagnostics.ts";
import type { Item } from "./item.ts";
import type { ScalarText } from "./scalar-text.ts";
import type { YamlDocuments } from "./yaml-value.ts";

/** What readers of rules need beside the item. */
export interface RuleReading {
  readonly documents: YamlDocuments;
  readonly diagnostics: Diagnostics;
  readonly fields: FieldLookup;
}

/** The priority that an item gives. */
export function readPriority(item: Item, diagnostics: Diagnostics): Priority | undefined {
  const text = item.required("priority");
  if (text === undefined) return undefined;
  const priority = parsePriority(text.value);
  if (priority === undefined) {
    const message = `"${text.value}" is no priority: use one of ${priorities.join(", ")}`;
    diagnostics.error("LOAD_ERR_YAML_VALIDATE", message, item.context, text.offsetOf(0));
  }
  return priority;
}

/** Tags, each once. */
export function tagSet(tags: readonly ScalarText[]): Set<string> {
  return new Set(tags.map(({ value }) => value));
}
