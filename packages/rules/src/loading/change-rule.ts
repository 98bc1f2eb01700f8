import type { FieldLookup } from "../fields/field-registry.ts";
import { checkException, isGiven } from "./check-exception.ts";
import type { Collector } from "./collector.ts";
import type { RuleDefinition, RuleException } from "./definitions.ts";
import type { Diagnostics } from "./diagnostics.ts";
import { ExceptionTable } from "./exception-table.ts";
import type { Item } from "./item.ts";
import type { Override } from "./override.ts";
import { readExceptions } from "./read-exceptions.ts";
import { type RuleReading, readPriority, tagSet } from "./rule-reading.ts";

/**
 * Changes an earlier rule as `override` says. `source`, where it is given, must be the rule's; Falco looks at it only
 * where the condition changes, or all is appended.
 */
export function changeRule(
  name: string,
  item: Item,
  { append, replace }: Override,
  source: string,
  collector: Collector,
  reading: RuleReading,
): void {
  const rule = collector.rules.change(name, item.context);
  if (rule !== undefined && source !== "" && source !== rule.source) {
    const message = `the rule is for source ${rule.source}, not ${source}: take "source" out, or name it otherwise`;
    reading.diagnostics.error("LOAD_ERR_VALIDATE", message, item.context, item.offset("source"));
  }
  // What is wrong with the change itself is told, too, where there is nothing to change.
  for (const key of append) appendTo(rule, key, item, reading);
  for (const key of replace) replaceIn(rule, key, item, reading);
}

function appendTo(
  rule: RuleDefinition | undefined,
  key: string,
  item: Item,
  { documents, diagnostics, fields }: RuleReading,
): void {
  if (key === "tags") {
    for (const { value } of item.strings("tags") ?? []) rule?.tags.add(value);
    return;
  }
  if (key === "exceptions") {
    const exceptions = readExceptions(item, true, documents, diagnostics) ?? [];
    for (const one of exceptions) if (rule !== undefined) appendException(rule, one, fields, diagnostics);
    return;
  }
  const text = item.required(key);
  if (text === undefined || rule === undefined) return;
  if (key === "condition") rule.condition.push(text);
  else if (key === "output") rule.output.push(text);
  else rule.description.push(text.value);
}

function appendException(
  { exceptions, source }: RuleDefinition,
  exception: RuleException,
  known: FieldLookup,
  diagnostics: Diagnostics,
): void {
  const { name, fields, comps, context } = exception;
  const wrong = (message: string): void => diagnostics.error("LOAD_ERR_VALIDATE", message, context);
  const earlier = exceptions.get(name);
  if (earlier === undefined) {
    if (!isGiven(fields))
      wrong(`the exception "${name}" is new, and must have "fields": add them, or append to one that exists`);
    else if (exception.values.length === 0)
      wrong(`the exception "${name}" is new, and must have "values": add them`);
    else if (checkException(exception, source, known, diagnostics)) exceptions.add(exception);
  } else if (isGiven(fields) || isGiven(comps)) {
    wrong(`the exception "${name}" exists, and only values can be appended to it: take out fields and comps`);
  } else {
    for (const value of exception.values) earlier.values.push(value);
  }
}

function replaceIn(
  rule: RuleDefinition | undefined,
  key: string,
  item: Item,
  { documents, diagnostics, fields }: RuleReading,
): void {
  const set = <Key extends keyof RuleDefinition>(own: Key, value: RuleDefinition[Key] | undefined): void => {
    if (rule !== undefined && value !== undefined) rule[own] = value;
  };
  switch (key) {
    case "tags":
      set("tags", tagSet(item.strings("tags") ?? []));
      break;
    case "exceptions": {
      const exceptions = readExceptions(item, false, documents, diagnostics) ?? [];
      for (const one of exceptions) checkException(one, rule?.source ?? "syscall", fields, diagnostics);
      set("exceptions", new ExceptionTable(exceptions));
      break;
    }
    case "priority":
      set("priority", readPriority(item, diagnostics));
      break;
    case "enabled":
      set("enabled", item.boolean("enabled"));
      break;
    case "warn_evttypes":
      set("warnEventTypes", item.boolean("warn_evttypes"));
      break;
    case "skip-if-unknown-filter":
      set("skipIfUnknownFilter", item.boolean("skip-if-unknown-filter"));
      break;
    case "capture":
      set("capture", item.boolean("capture"));
      break;
    case "capture_duration":
      set("captureDuration", item.count("capture_duration"));
      break;
    case "desc":
      set("description", asList(item.required("desc")?.value));
      break;
    case "condition":
    case "output":
      set(key, asList(item.required(key)));
      break;
  }
}

function asList<Value>(value: Value | undefined): Value[] | undefined {
  return value === undefined ? undefined : [value];
}
