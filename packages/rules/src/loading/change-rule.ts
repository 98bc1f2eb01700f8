import type { FieldLookup } from "../fields/field-registry.ts";
import type { Collector } from "./collector.ts";
import type { RuleDefinition, RuleException } from "./definitions.ts";
import type { Diagnostics } from "./diagnostics.ts";
import { checkException } from "./exception.ts";
import type { Item } from "./item.ts";
import type { Override } from "./override.ts";
import { readExceptions } from "./read-exceptions.ts";
import { type RuleReading, readPriority, tagSet } from "./rule-reading.ts";

/** Changes an earlier rule as `override` says. */
export function changeRule(
  name: string,
  item: Item,
  { append, replace }: Override,
  collector: Collector,
  reading: RuleReading,
): void {
  const changes: ((rule: RuleDefinition) => void)[] = [];
  for (const key of append) addChange(changes, appended(key, item, reading));
  for (const key of replace) addChange(changes, replaced(key, item, reading));
  collector.changeRule(name, item.context, (rule) => {
    for (const change of changes) change(rule);
  });
}

type Change = ((rule: RuleDefinition) => void) | undefined;

function addChange(changes: ((rule: RuleDefinition) => void)[], change: Change): void {
  if (change !== undefined) changes.push(change);
}

function appended(key: string, item: Item, { documents, diagnostics, fields }: RuleReading): Change {
  if (key === "tags") {
    const tags = item.strings("tags");
    return (
      tags &&
      ((rule) => {
        rule.tags = new Set([...rule.tags, ...tagSet(tags)]);
      })
    );
  }
  if (key === "exceptions") {
    const exceptions = readExceptions(item, true, documents, diagnostics);
    return exceptions && ((rule) => appendExceptions(rule, exceptions, fields, diagnostics));
  }
  const text = item.required(key);
  if (text === undefined) return undefined;
  return (rule) => {
    if (key === "condition") rule.condition = [...rule.condition, text];
    else if (key === "output") rule.output = [...rule.output, text];
    else rule.description = `${rule.description} ${text.value}`;
  };
}

function appendExceptions(
  rule: RuleDefinition,
  added: readonly RuleException[],
  known: FieldLookup,
  diagnostics: Diagnostics,
): void {
  const exceptions = rule.exceptions.map((exception) => ({ ...exception }));
  for (const exception of added) {
    const { name, fields, comps, context } = exception;
    const wrong = (message: string): void => diagnostics.error("LOAD_ERR_VALIDATE", message, context);
    const earlier = exceptions.find((one) => one.name === name);
    if (earlier === undefined) {
      if (fields === undefined)
        wrong(
          `the exception "${name}" is new, and must have "fields": add them, or append to one that exists`,
        );
      else if (exception.values.length === 0)
        wrong(`the exception "${name}" is new, and must have "values": add them`);
      else if (checkException(exception, known, diagnostics)) exceptions.push(exception);
    } else if (fields !== undefined || comps !== undefined) {
      wrong(
        `the exception "${name}" exists, and only values can be appended to it: take out fields and comps`,
      );
    } else {
      earlier.values = [...earlier.values, ...exception.values];
    }
  }
  rule.exceptions = exceptions;
}

function replaced(key: string, item: Item, { documents, diagnostics, fields }: RuleReading): Change {
  switch (key) {
    case "tags": {
      const tags = item.strings("tags");
      return tags && set("tags", tagSet(tags));
    }
    case "exceptions": {
      const exceptions = readExceptions(item, false, documents, diagnostics);
      return exceptions?.every((one) => checkException(one, fields, diagnostics))
        ? set("exceptions", exceptions)
        : undefined;
    }
    case "priority":
      return define("priority", readPriority(item, diagnostics));
    case "enabled":
      return define("enabled", item.boolean("enabled"));
    case "warn_evttypes":
      return define("warnEventTypes", item.boolean("warn_evttypes"));
    case "skip-if-unknown-filter":
      return define("skipIfUnknownFilter", item.boolean("skip-if-unknown-filter"));
    case "desc":
      return define("description", item.required("desc")?.value);
    case "condition":
    case "output": {
      const text = item.required(key);
      return text && set(key, [text]);
    }
    default:
      // Captures to files are not ours to make; the keys are accepted.
      return undefined;
  }
}

type ChangeableKey = Exclude<keyof RuleDefinition, "name" | "context">;

function set<Key extends ChangeableKey>(key: Key, value: RuleDefinition[Key]): Change {
  return (rule) => {
    rule[key] = value;
  };
}

function define<Key extends ChangeableKey>(key: Key, value: RuleDefinition[Key] | undefined): Change {
  return value === undefined ? undefined : set(key, value);
}
