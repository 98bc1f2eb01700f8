import type { RuleSet } from "@sentrytap/rules";
import { timeOf } from "./alerts.ts";
import type { ComparedStep } from "./compare-events.ts";
import type { Findings, Place } from "./known.ts";
import { readText } from "./reference.ts";
import { compareRendered, parseExact, type Rendered } from "./rendered.ts";
import { rulesOf } from "./rule-sets.ts";

/** An output, and what Falco printed for one event. */
interface OutputCase extends Rendered {
  readonly trace: string;
  readonly format: string;
  readonly "evt.type": string;
  readonly time: string;
}

/** How many outputs were compared. */
export interface OutputFigures {
  outputs: number;
  /** Those that are the same, letter by letter and field by field. */
  same: number;
}

/** What outputs print of events, compared with what they printed in Falco. */
export class OutputComparison {
  readonly recordings: ReadonlySet<string>;
  readonly #cases: readonly OutputCase[];
  readonly #formats: readonly string[];

  constructor() {
    this.#cases = parseExact<OutputCase[]>(readText("conformance/outputs.json"));
    this.#formats = [...new Set(this.#cases.map(({ format }) => format))];
    this.recordings = new Set(this.#cases.map(({ trace }) => trace));
  }

  /** Rules that print every format of every event, named by the place of the format. */
  rules(): RuleSet {
    return rulesOf(this.#formats.map((output) => ({ condition: "evt.type exists", output })));
  }

  /** Compares the outputs of one recording, which `rules`, of {@link rules}, print. */
  compare(
    recording: string,
    steps: readonly ComparedStep[],
    rules: RuleSet,
    findings: Findings,
    figures: OutputFigures,
  ): void {
    const byKey = new Map(steps.map((step) => [keyOf(step), step]));
    for (const one of this.#cases) {
      if (one.trace !== recording) continue;
      figures.outputs++;
      const step = byKey.get(`${one["evt.type"]} ${one.time}`);
      const rule = String(this.#formats.indexOf(one.format));
      const alert = step?.ours.alerts.get(rules)?.find((each) => each.rule === rule);
      if (step === undefined || alert === undefined) {
        findings.add(undefined, { ...placeOf(one), ours: "nothing", falco: one.output });
      } else if (compareRendered(one, alert, step, placeOf(one), findings)) {
        figures.same++;
      }
    }
  }
}

/** Where an output is that differs as a whole. */
function placeOf({ trace, time, format }: OutputCase): Omit<Place, "ours" | "falco"> {
  return { recording: trace, at: time, what: format };
}

function keyOf({ ours, pair }: ComparedStep): string {
  return `${pair?.falco["evt.type"]} ${timeOf(ours)}`;
}
