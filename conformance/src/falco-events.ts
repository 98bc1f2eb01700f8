import { parseArguments } from "./arguments.ts";
import { fieldNames } from "./fields.ts";
import { readReference } from "./reference.ts";
import type { Value, Values } from "./values.ts";

const known: ReadonlySet<string> = new Set(fieldNames);

/** The events that Falco made of a recording, in order; `undefined` where it has no record of them. */
export function falcoEvents(recording: string): readonly Values[] | undefined {
  const bytes = readReference(`traces/falco/${recording}.events.jsonl`);
  if (bytes === undefined) return undefined;
  const lines = new TextDecoder().decode(bytes).split("\n");
  return lines.filter((line) => line !== "").map(parseLine);
}

function parseLine(line: string): Values {
  // The one number beyond what JavaScript can hold; within a string its quotes would be escaped.
  const exact = line.replace(/"evt\.rawtime":(\d+)/, '"evt.rawtime":"$1"');
  const values = JSON.parse(exact) as Record<string, Value>; // one flat object a line
  const unknown = Object.keys(values).find((name) => !known.has(name));
  if (unknown !== undefined) throw new Error(`the reference has a field that is not compared: ${unknown}`);
  return withArguments(values);
}

/** `values` with each argument of `evt.args` as a field of its own, in place of it. */
export function withArguments({ "evt.args": text, ...values }: Values): Values {
  const found = parseArguments(String(values["evt.type"]), String(text ?? ""));
  return { ...values, ...Object.fromEntries(found) };
}

/** Falco's gVisor engine calls the variants of a call by one name. */
const oneName: Readonly<Record<string, string>> = {
  fork: "vfork",
  pipe2: "pipe",
  eventfd2: "eventfd",
  signalfd4: "signalfd",
  inotify_init1: "inotify_init",
};

/** The name that Falco's gVisor engine has for events of `type`. */
export function falcoName(type: string): string {
  return oneName[type] ?? type;
}
