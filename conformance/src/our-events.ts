import { pipe, stage } from "@sentrytap/core";
import { events } from "@sentrytap/events";
import { type Alert, createFieldReader, type FieldReading, type RuleSet } from "@sentrytap/rules";
import { type TrackedEvent, track } from "@sentrytap/state";
import { decodeFrames, readTrace } from "@sentrytap/wire";
import { withArguments } from "./falco-events.ts";
import { fieldNames } from "./fields.ts";
import { readReference } from "./reference.ts";
import type { Value, Values } from "./values.ts";

/** An event that our rules see, and what our fields say of it. */
export interface OurEvent {
  readonly event: TrackedEvent;
  readonly values: Values;
  /** The alerts that it raises, of each set of rules that was asked. */
  readonly alerts: ReadonlyMap<RuleSet, readonly Alert[]>;
}

/** The events that we make of a recording, in order, judged by `ruleSets`. */
export async function ourEvents(
  recording: string,
  ruleSets: readonly RuleSet[],
): Promise<readonly OurEvent[]> {
  const bytes = readReference(`traces/${recording}.trace`);
  if (bytes === undefined) throw new Error(`there is no recording ${recording}`);
  const reader = createFieldReader(fieldNames);
  const read = stage("fields", (event: TrackedEvent): OurEvent | undefined => {
    const values = reader.read(event);
    if (values === undefined) return undefined;
    const alerts = new Map(ruleSets.map((rules) => [rules, rules.evaluate(event, "all")]));
    return { event, values: withArguments(nameAll(values)), alerts };
  });
  // Falco ran on x86-64, as the sandboxes did.
  const packets = decodeFrames({ id: recording, arch: "x64" })(readTrace(once(bytes)));
  const found: OurEvent[] = [];
  for await (const batch of pipe(packets, events(), track(), read)) found.push(...batch);
  return found;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function nameAll(values: readonly FieldReading[]): Values {
  return Object.fromEntries(values.map((value, i) => [fieldNames[i], plain(value)]));
}

/** As JSON has it. */
function plain(value: FieldReading | undefined): Value {
  if (typeof value === "bigint") return String(value);
  return typeof value === "object" ? null : (value ?? null);
}
