import { didYouMean, type Hint } from "../nearest.ts";
import type { Context, Diagnostics } from "./diagnostics.ts";
import type { Item } from "./item.ts";
import type { YamlDocuments } from "./yaml-value.ts";

/** Which keys of an item are to be appended to, or to replace, those of the earlier definition. */
export interface Override {
  readonly append: ReadonlySet<string>;
  readonly replace: ReadonlySet<string>;
}

/** Reads `override`; `undefined` where it is wrong, empty where there is none. */
export function readOverride(
  item: Item,
  appendable: readonly string[],
  replaceable: readonly string[],
  documents: YamlDocuments,
  diagnostics: Diagnostics,
): Override | undefined {
  const append = new Set<string>();
  const replace = new Set<string>();
  const value = item.value("override");
  let ok = true;
  const wrong = (message: string, offset: number, hint?: Hint): void => {
    diagnostics.error("LOAD_ERR_YAML_VALIDATE", message, item.context, offset, hint);
    ok = false;
  };
  if (value === undefined || value.kind === "null") return { append, replace };
  if (value.kind === "scalar") {
    const message = `the value of "override" is no map, so it is ignored: write {condition: append}`;
    diagnostics.warning("LOAD_UNKNOWN_KEY", message, item.context, value.offset);
    return { append, replace };
  }
  if (value.kind === "sequence") {
    const message = `the value of "override" must be a map, such as {condition: append}`;
    diagnostics.error("LOAD_ERR_VALIDATE", message, item.context, value.offset);
    return undefined;
  }
  for (const pair of value.pairs) {
    const key = documents.value(pair.key, value.offset);
    const operation = documents.value(pair.value, key.offset);
    const { offset } = operation;
    const name = key.kind === "scalar" ? key.text : "";
    const how = operation.kind === "scalar" ? operation.text : "";
    if (how === "append") {
      if (appendable.includes(name)) append.add(name);
      else if (replaceable.includes(name)) wrong(`"${name}" cannot be appended to: use replace`, offset);
      else wrong(`"${name}" cannot be appended to`, offset, keysHint(name, appendable));
    } else if (how === "replace") {
      if (append.has(name)) wrong(`"${name}" cannot be appended to and replaced: use one`, offset);
      else if (replaceable.includes(name)) replace.add(name);
      else wrong(`"${name}" cannot be replaced`, offset, keysHint(name, replaceable));
    } else {
      wrong(`"${how}" is no way to override "${name}": use append or replace`, offset);
    }
  }
  ok = checkKeys(item, { append, replace }, new Set([...appendable, ...replaceable]), wrong) && ok;
  return ok ? { append, replace } : undefined;
}

function keysHint(name: string, keys: readonly string[]): Hint {
  return () => didYouMean(name, keys, `only ${keys.join(", ")} can`);
}

/** Every overridden key has a value, and every value is said to override. */
function checkKeys(
  item: Item,
  { append, replace }: Override,
  known: ReadonlySet<string>,
  wrong: (message: string, offset: number) => void,
): boolean {
  const overridden = new Set([...append, ...replace]);
  if (overridden.size === 0) return true;
  let ok = true;
  for (const name of overridden) {
    if (item.has(name)) continue;
    wrong(`"${name}" is to be overridden, but the item has no "${name}": add it`, item.offset("override"));
    ok = false;
  }
  for (const name of item.keys) {
    if (!known.has(name) || overridden.has(name)) continue;
    wrong(
      `"${name}" is given, but "override" does not say what to do with it: add "${name}: replace"`,
      item.offset(name),
    );
    ok = false;
  }
  return ok;
}

/** `append: true`, which Falco calls deprecated; `undefined` where it stands beside an override. */
export function readAppend(item: Item, override: Override, diagnostics: Diagnostics): boolean | undefined {
  const append = item.boolean("append") ?? false;
  if (!append) return false;
  const { context } = item;
  warnOfAppend(diagnostics, context, item.offset("append"));
  if (override.append.size === 0 && override.replace.size === 0) return true;
  const message = `"append" and "override" exclude each other: keep "override"`;
  diagnostics.error("LOAD_ERR_YAML_VALIDATE", message, context, item.offset("append"));
  return undefined;
}

function warnOfAppend(diagnostics: Diagnostics, context: Context, offset: number): void {
  const message = `"append" is deprecated: write "override: {...: append}"`;
  diagnostics.warning("LOAD_DEPRECATED_ITEM", message, context, offset);
}
