import type { RuleSet } from "@sentrytap/rules";
import { alertClasses } from "./classes/index.ts";
import type { ComparedStep } from "./compare-events.ts";
import { tellsOf } from "./falco-fields.ts";
import type { Findings } from "./known.ts";
import type { OurEvent } from "./our-events.ts";
import { readText } from "./reference.ts";

/** How many alerts were compared. */
export interface AlertFigures {
  falco: number;
  /** Those that both raise. */
  same: number;
}

/** An alert that only one side raises. */
export interface LoneAlert {
  readonly recording: string;
  readonly rule: string;
  readonly side: "ours" | "Falco's";
  /** The classes of the differences that the event has in fields which the rule reads. */
  readonly causes: ReadonlySet<string>;
}

/** Compares the alerts that `rules`, the public ones, raise in one recording. */
export function compareAlerts(
  recording: string,
  events: readonly OurEvent[],
  steps: readonly ComparedStep[],
  rules: RuleSet,
  findings: Findings,
  figures: AlertFigures,
): void {
  const ours = new Set(events.flatMap(({ alerts }) => alerts.get(rules) ?? []).map(keyOf));
  const falco = new Set(falcoAlerts(recording).map(keyOf));
  const fields = new Map(rules.rules.map((rule) => [rule.name, rule.fields]));
  figures.falco += falco.size;
  for (const key of new Set([...ours, ...falco])) {
    if (ours.has(key) && falco.has(key)) {
      figures.same++;
      continue;
    }
    const [time = "", rule = ""] = key.split(" @ ");
    const side = ours.has(key) ? "ours" : "Falco's";
    const causes = causesOf(steps, time, fields.get(rule) ?? new Set());
    const of = alertClasses.find((each) => each.explains({ recording, rule, side, causes }));
    const [mine, theirs] = side === "ours" ? ["raised", "not raised"] : ["not raised", "raised"];
    findings.add(of, { recording, at: time, what: rule, ours: mine, falco: theirs });
  }
}

/** An alert of Falco's, as far as it is compared. */
interface FalcoAlert {
  readonly rule: string;
  readonly time: string;
}

function falcoAlerts(recording: string): readonly FalcoAlert[] {
  const lines = readText(`traces/falco/${recording}.alerts.jsonl`).split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as FalcoAlert);
}

function keyOf({ rule, time }: FalcoAlert): string {
  return `${time} @ ${rule}`;
}

function causesOf(
  steps: readonly ComparedStep[],
  time: string,
  fields: ReadonlySet<string>,
): ReadonlySet<string> {
  const differences = steps.filter(({ ours }) => timeOf(ours) === time).flatMap((step) => step.differences);
  const read = differences.filter(({ difference }) =>
    [...fields].some((field) => tellsOf(field, difference.field)),
  );
  return new Set(read.flatMap(({ of }) => (of === undefined ? [] : [of.id])));
}

/** The time of an event, as alerts have it. */
export function timeOf({ event }: OurEvent): string {
  const time = event.timeNs ?? 0n;
  const seconds = new Date(Number(time / 1_000_000n)).toISOString().slice(0, -".000Z".length);
  return `${seconds}.${String(time % 1_000_000_000n).padStart(9, "0")}Z`;
}
