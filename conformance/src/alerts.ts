import type { Alert, RuleSet } from "@sentrytap/rules";
import { alertClasses } from "./classes/index.ts";
import type { ComparedStep } from "./compare-events.ts";
import { tellsOf } from "./falco-fields.ts";
import type { Findings } from "./known.ts";
import type { OurEvent } from "./our-events.ts";
import { readText } from "./reference.ts";
import { compareRendered, parseExact, type Rendered } from "./rendered.ts";

/** How many alerts were compared. */
export interface AlertFigures {
  falco: number;
  /** Those that both raise. */
  raised: number;
  /** Those that both raise, and that say the same: priority, source, tags, output and every field. */
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

/** Compares the alerts that `rules`, the public ones, raise in one recording: which, and all that they say. */
export function compareAlerts(
  recording: string,
  events: readonly OurEvent[],
  steps: readonly ComparedStep[],
  rules: RuleSet,
  findings: Findings,
  figures: AlertFigures,
): void {
  const ours = byKey(events.flatMap(({ alerts }) => alerts.get(rules) ?? []));
  const falco = byKey(falcoAlerts(recording));
  const stepOf = new Map(steps.map((step) => [step.ours.event, step]));
  figures.falco += falco.size;
  for (const [key, theirs] of falco) {
    const alert = ours.get(key);
    if (alert === undefined) {
      addLone(recording, "Falco's", theirs, steps, rules, findings);
      continue;
    }
    figures.raised++;
    const step = stepOf.get(alert.event);
    if (step !== undefined && compareContents(recording, alert, theirs, step, findings)) figures.same++;
  }
  for (const [key, alert] of ours) {
    if (!falco.has(key)) addLone(recording, "ours", alert, steps, rules, findings);
  }
}

/** An alert as Falco wrote it. */
interface FalcoAlert extends Rendered {
  readonly rule: string;
  readonly time: string;
  readonly priority: string;
  readonly source: string;
  readonly tags: readonly string[];
}

function falcoAlerts(recording: string): readonly FalcoAlert[] {
  const lines = readText(`traces/falco/${recording}.alerts.jsonl`).split("\n");
  return lines.filter((line) => line !== "").map((line) => parseExact<FalcoAlert>(line));
}

function byKey<One extends { readonly rule: string; readonly time: string }>(
  alerts: readonly One[],
): ReadonlyMap<string, One> {
  return new Map(alerts.map((alert) => [`${alert.time} @ ${alert.rule}`, alert]));
}

/** An alert that both raise: whether it says the same. */
function compareContents(
  recording: string,
  alert: Alert,
  falco: FalcoAlert,
  step: ComparedStep,
  findings: Findings,
): boolean {
  const place = { recording, at: falco.time, what: falco.rule };
  const [ours, theirs] = [alert, falco].map(({ priority, source, tags }) =>
    JSON.stringify({ priority, source, tags }),
  );
  if (ours !== theirs) findings.add(undefined, { ...place, ours: `${ours}`, falco: `${theirs}` });
  return compareRendered(falco, alert, step, place, findings) && ours === theirs;
}

/** An alert that one side raises, and the other does not. */
function addLone(
  recording: string,
  side: LoneAlert["side"],
  { time, rule }: { readonly time: string; readonly rule: string },
  steps: readonly ComparedStep[],
  rules: RuleSet,
  findings: Findings,
): void {
  const reads = rules.rules.find(({ name }) => name === rule)?.fields ?? new Set();
  const causes = causesOf(steps, time, reads);
  const of = alertClasses.find((each) => each.explains({ recording, rule, side, causes }));
  const [mine, theirs] = side === "ours" ? ["raised", "not raised"] : ["not raised", "raised"];
  findings.add(of, { recording, at: time, what: rule, ours: mine, falco: theirs });
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
