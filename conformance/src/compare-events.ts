import { align, type Step } from "./align.ts";
import { classes, eventClasses } from "./classes/index.ts";
import { type Classified, Classifier } from "./classify.ts";
import type { Findings } from "./known.ts";
import type { OurEvent } from "./our-events.ts";
import { fieldOf, type Values } from "./values.ts";

/** An event of ours, Falco's record of it, and in what they differ. */
export interface ComparedStep extends Step {
  readonly differences: readonly Classified[];
}

/** How much was compared. */
export interface EventFigures {
  /** Events that Falco's rules saw. */
  falco: number;
  /** Events that both have. */
  pairs: number;
  /** Fields of these that at least one of the two has. */
  fields: number;
  /** Those that are the same. */
  same: number;
}

/** Compares the events of a recording, field by field, into `findings`. */
export function compareEvents(
  recording: string,
  ours: readonly OurEvent[],
  falco: readonly Values[],
  findings: Findings,
  figures: EventFigures,
): readonly ComparedStep[] {
  const { steps, onlyFalco } = align(recording, ours, falco);
  const classifier = new Classifier(classes);
  const compared = steps.map((step) => ({ ...step, differences: classifier.classify(step) }));
  figures.falco += falco.length;
  for (const { ours: own, pair, differences } of compared) {
    if (pair === undefined) {
      const at = String(own.event.timeNs ?? "no time");
      const of = eventClasses.find((each) => each.side === "ours" && each.explains(own));
      findings.add(of, { recording, at, what: "event", ours: describe(own.values), falco: "no such event" });
      continue;
    }
    const fields = new Set([...Object.keys(own.values), ...Object.keys(pair.falco)]).size;
    figures.pairs++;
    figures.fields += fields;
    figures.same += fields - differences.length;
    const at = Number(pair.falco["evt.num"]);
    for (const { difference, of } of differences) {
      const [one, other] = [JSON.stringify(difference.ours), JSON.stringify(difference.falco)];
      findings.add(of, { recording, at, what: difference.field, ours: one, falco: other });
    }
  }
  for (const values of onlyFalco) {
    const of = eventClasses.find((each) => each.side === "Falco's" && each.explains(values));
    const at = Number(values["evt.num"]);
    findings.add(of, { recording, at, what: "event", ours: "no such event", falco: describe(values) });
  }
  return compared;
}

function describe(values: Values): string {
  return `${fieldOf(values, "evt.type")} of ${fieldOf(values, "proc.name") || "nobody"}`;
}
