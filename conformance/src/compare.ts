import { type AlertFigures, compareAlerts } from "./alerts.ts";
import { compareEvents, type EventFigures } from "./compare-events.ts";
import { falcoEvents } from "./falco-events.ts";
import { type Examples, Findings } from "./known.ts";
import { compareLoading, type LoadingFigures } from "./loading.ts";
import { ourEvents } from "./our-events.ts";
import { OutputComparison, type OutputFigures } from "./outputs.ts";
import { recordingNames } from "./reference.ts";
import { publicRules } from "./rule-sets.ts";
import { VerdictComparison, type VerdictFigures } from "./verdicts.ts";

/** What the comparison of all recordings found. */
export interface Result {
  readonly findings: Findings;
  readonly recordings: number;
  readonly loading: LoadingFigures;
  readonly events: EventFigures;
  readonly alerts: AlertFigures;
  readonly verdicts: VerdictFigures;
  readonly outputs: OutputFigures;
}

/** Compares what loads, and events, alerts, verdicts and outputs of all recordings; each is decoded once. `examples` are looked for. */
export async function compareAll(examples: Examples): Promise<Result> {
  const findings = new Findings(examples);
  const loading = compareLoading(findings);
  const events: EventFigures = { falco: 0, pairs: 0, fields: 0, same: 0 };
  const alerts: AlertFigures = { falco: 0, raised: 0, same: 0 };
  const verdicts: VerdictFigures = { verdicts: 0, same: 0, onRecords: 0 };
  const outputs: OutputFigures = { outputs: 0, same: 0 };
  const rules = publicRules();
  const [conditions, formats] = [new VerdictComparison(), new OutputComparison()];
  const names = recordingNames();
  for (const name of names) {
    const [judged, printed] = [conditions.recordings.has(name), formats.recordings.has(name)];
    const sets = { rules, conditions: judged && conditions.rules(), formats: printed && formats.rules() };
    const own = await ourEvents(
      name,
      Object.values(sets).filter((set) => set !== false),
    );
    const falco = falcoEvents(name);
    const steps = falco === undefined ? [] : compareEvents(name, own, falco, findings, events);
    compareAlerts(name, own, steps, rules, findings, alerts);
    if (sets.conditions !== false)
      conditions.compare(name, steps, sets.conditions, falco ?? [], findings, verdicts);
    if (sets.formats !== false) formats.compare(name, steps, sets.formats, findings, outputs);
  }
  return { findings, recordings: names.length, loading, events, alerts, verdicts, outputs };
}
