import { type Alert, formatAlertJson, type RuleSet } from "@sentrytap/rules";
import { timeOf } from "./alerts.ts";
import { ruleFieldClasses } from "./classes/index.ts";
import type { ComparedStep } from "./compare-events.ts";
import { bareName, tellsOf } from "./falco-fields.ts";
import type { Findings, Known, Place } from "./known.ts";
import { readText } from "./reference.ts";
import { rulesOf } from "./rule-sets.ts";
import type { Value } from "./values.ts";

/** An output, and what Falco printed for one event. */
interface OutputCase {
  readonly trace: string;
  readonly format: string;
  readonly "evt.type": string;
  readonly time: string;
  readonly output: string;
  readonly output_fields: Readonly<Record<string, Value>>;
}

/** How many outputs were compared. */
export interface OutputFigures {
  outputs: number;
  /** Those that are the same, letter by letter and field by field. */
  same: number;
}

/** The field that begins every line, which Falco's record leaves out. */
const lineTime = "evt.time.iso8601";

/** What outputs print of events, compared with what they printed in Falco. */
export class OutputComparison {
  readonly recordings: ReadonlySet<string>;
  readonly #cases: readonly OutputCase[];
  readonly #formats: readonly string[];

  constructor() {
    this.#cases = parseExact(readText("conformance/outputs.json"));
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
      } else if (compareOutput(one, alert, step, findings)) {
        figures.same++;
      }
    }
  }
}

/** Where an output is that differs as a whole. */
function placeOf({ trace, time, format }: OutputCase): Omit<Place, "ours" | "falco"> {
  return { recording: trace, at: time, what: format };
}

/** Compares what `alert`, of the event in `step`, prints with what Falco printed; whether it is the same. */
function compareOutput(one: OutputCase, alert: Alert, step: ComparedStep, findings: Findings): boolean {
  const { output, output_fields: fields } = parseExact<OutputCase>(
    formatAlertJson(alert, { timeFormat: "iso8601" }),
  );
  const differing = differingFields(fields, one.output_fields);
  for (const field of differing) {
    const [ours, falco] = [fields[field] ?? null, one.output_fields[field] ?? null];
    const values = { ours: JSON.stringify(ours), falco: JSON.stringify(falco) };
    findings.add(classOf(step, field, ours, falco), { ...placeOf(one), what: field, ...values });
  }
  if (differing.length > 0) return false;
  if (output === one.output) return true;
  findings.add(undefined, { ...placeOf(one), ours: output, falco: one.output });
  return false;
}

/** JSON of the shape `Shape`, with all integers exact: those that JavaScript would round are text. */
function parseExact<Shape>(text: string): Shape {
  return JSON.parse(text.replace(/([:,[])(-?\d{16,})(?=[,}\]])/g, '$1"$2"')) as Shape; // files of one known shape
}

function keyOf({ ours, pair }: ComparedStep): string {
  return `${pair?.falco["evt.type"]} ${timeOf(ours)}`;
}

function differingFields(
  ours: OutputCase["output_fields"],
  falco: OutputCase["output_fields"],
): readonly string[] {
  const all = new Set([...Object.keys(ours), ...Object.keys(falco)]);
  return [...all].filter((field) => field !== lineTime && ours[field] !== falco[field]);
}

/** Why the field differs: for the reason that it, or what it is made of, differs in the event itself, or for one of its own. */
function classOf({ differences }: ComparedStep, field: string, ours: Value, falco: Value): Known | undefined {
  const bare = bareName(field);
  const own = ruleFieldClasses.find((each) => each.fields.includes(bare) && each.explains(ours, falco));
  return own ?? differences.find(({ difference }) => tellsOf(field, difference.field))?.of;
}
