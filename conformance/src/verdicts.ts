import { loadRules, parse, print, type RuleSet } from "@sentrytap/rules";
import { ruleFieldClasses } from "./classes/index.ts";
import type { ComparedStep } from "./compare-events.ts";
import { bareName, falcoFields, overRecords, recordedEvent, tellsOf } from "./falco-fields.ts";
import type { Findings } from "./known.ts";
import { readText } from "./reference.ts";
import { rulesOf, ruleText } from "./rule-sets.ts";
import type { Values } from "./values.ts";

/** Which events a condition matched in Falco, by recording: their `evt.num`. */
type Verdicts = Readonly<Record<string, readonly number[]>>;

/** How many verdicts were compared: one for each condition and event. */
export interface VerdictFigures {
  verdicts: number;
  /** Those in which we agree with Falco on our own values. */
  same: number;
  /** Those that our rule engine gave on Falco's values. */
  onRecords: number;
}

/** The recordings that all conditions were put to; the others only most of them, and nothing says which. */
const ofAll: ReadonlySet<string> = new Set(["spawn.2024", "tcp4.2024"]);

/** A condition with what Falco made of it. */
interface Judged {
  readonly condition: string;
  /** The fields that it reads. */
  readonly reads: readonly string[];
  readonly matched: ReadonlyMap<string, ReadonlySet<number>>;
  /** Whether it is sure that Falco was asked of this recording. */
  isOn(recording: string): boolean;
}

/**
 * What conditions say of events, compared with what they said in Falco. Twice: on our values, where another verdict must
 * come from a field that differs; and on Falco's own, where there is no excuse.
 */
export class VerdictComparison {
  readonly recordings: ReadonlySet<string>;
  readonly #conditions: readonly Judged[];
  readonly #texts: readonly string[];
  readonly #recorded: RuleSet;
  /** Which condition each rule of `#recorded` is. */
  readonly #recordedIndex: readonly number[];

  constructor() {
    const verdicts = JSON.parse(readText("conformance/verdicts.json")) as Readonly<Record<string, Verdicts>>;
    // What does not load here is told of where loading is compared.
    const texts = Object.keys(verdicts).filter((condition) => loads(condition));
    this.#texts = texts;
    this.#conditions = this.rules().rules.map(({ name, fields }): Judged => {
      const condition = texts[Number(name)] ?? "";
      const matched = Object.entries(verdicts[condition] ?? {});
      const everywhere = matched.some(([recording]) => !ofAll.has(recording));
      return {
        condition,
        reads: [...fields],
        matched: new Map(matched.map(([recording, at]) => [recording, new Set(at)])),
        isOn: (recording) => everywhere || ofAll.has(recording),
      };
    });
    this.recordings = new Set(this.#conditions.flatMap(({ matched }) => [...matched.keys()]));
    const over = texts.map((text) => {
      const parsed = parse(text);
      return parsed.ok ? overRecords(parsed.condition) : undefined;
    });
    this.#recordedIndex = over.flatMap((condition, i) => (condition === undefined ? [] : [i]));
    const written = over.filter((condition) => condition !== undefined).map(print);
    this.#recorded = rulesOf(
      written.map((condition) => ({ condition, output: "x" })),
      falcoFields(),
    );
  }

  /** The conditions as rules, named by their place. */
  rules(): RuleSet {
    return rulesOf(this.#texts.map((condition) => ({ condition, output: "x" })));
  }

  /** Compares the verdicts on one recording's events; `rules`, of {@link rules}, have judged ours. */
  compare(
    recording: string,
    steps: readonly ComparedStep[],
    rules: RuleSet,
    falco: readonly Values[],
    findings: Findings,
    figures: VerdictFigures,
  ): void {
    for (const step of steps)
      if (step.pair !== undefined) this.#compareOwn(recording, step, rules, findings, figures);
    for (const values of falco) this.#compareRecorded(recording, values, findings, figures);
  }

  #compareOwn(
    recording: string,
    step: ComparedStep,
    rules: RuleSet,
    findings: Findings,
    figures: VerdictFigures,
  ): void {
    const at = Number(step.pair?.falco["evt.num"]);
    const ours = new Set(step.ours.alerts.get(rules)?.map(({ rule }) => Number(rule)));
    const differing = step.differences.map(({ difference }) => difference.field);
    for (const [i, { condition, reads, matched, isOn }] of this.#conditions.entries()) {
      if (!isOn(recording)) continue;
      figures.verdicts++;
      const theirs = matched.get(recording)?.has(at) ?? false;
      if (ours.has(i) === theirs) {
        figures.same++;
      } else if (!reads.some((field) => differing.some((compared) => tellsOf(field, compared)))) {
        const of = ruleFieldClasses.find((each) =>
          reads.some((field) => each.fields.includes(bareName(field))),
        );
        const what = `on our values: ${condition}`;
        findings.add(of, { recording, at, what, ours: `${!theirs}`, falco: `${theirs}` });
      }
    }
  }

  #compareRecorded(recording: string, values: Values, findings: Findings, figures: VerdictFigures): void {
    const at = Number(values["evt.num"]);
    const alerts = this.#recorded.evaluate(recordedEvent(values), "all");
    const ours = new Set(alerts.map(({ rule }) => this.#recordedIndex[Number(rule)]));
    for (const i of this.#recordedIndex) {
      const judged = this.#conditions[i];
      if (judged === undefined || !judged.isOn(recording)) continue;
      const { condition, matched } = judged;
      figures.onRecords++;
      const theirs = matched.get(recording)?.has(at) ?? false;
      if (ours.has(i) === theirs) continue;
      const what = `on Falco's values: ${condition}`;
      findings.add(undefined, { recording, at, what, ours: `${!theirs}`, falco: `${theirs}` });
    }
  }
}

function loads(condition: string): boolean {
  return loadRules([{ name: "condition.yaml", text: ruleText("r", condition, "x") }]).ok;
}
