import { type Alert, formatAlertJson } from "@sentrytap/rules";
import { ruleFieldClasses } from "./classes/index.ts";
import type { ComparedStep } from "./compare-events.ts";
import { bareName, tellsOf } from "./falco-fields.ts";
import type { Findings, Known, Place } from "./known.ts";
import type { Value } from "./values.ts";

/** What an alert prints, as JSON has it. */
export interface Rendered {
  readonly output: string;
  readonly output_fields: Readonly<Record<string, Value>>;
}

/** The field that begins every line, which Falco's record of outputs leaves out. */
const lineTime = "evt.time.iso8601";

/**
 * Compares what `alert`, of the event in `step`, prints with what Falco printed, letter by letter and field by field;
 * whether it is the same.
 */
export function compareRendered(
  falco: Rendered,
  alert: Alert,
  step: ComparedStep,
  place: Omit<Place, "ours" | "falco">,
  findings: Findings,
): boolean {
  const { output, output_fields: fields } = parseExact<Rendered>(
    formatAlertJson(alert, { timeFormat: "iso8601" }),
  );
  const differing = differingFields(fields, falco.output_fields);
  for (const field of differing) {
    const [ours, theirs] = [fields[field] ?? null, falco.output_fields[field] ?? null];
    const values = { ours: JSON.stringify(ours), falco: JSON.stringify(theirs) };
    findings.add(classOf(step, field, ours, theirs), { ...place, what: field, ...values });
  }
  if (differing.length > 0) return false;
  if (output === falco.output) return true;
  findings.add(undefined, { ...place, ours: output, falco: falco.output });
  return false;
}

/** JSON of the shape `Shape`, with all integers exact: those that JavaScript would round are text. */
export function parseExact<Shape>(text: string): Shape {
  return JSON.parse(text.replace(/([:,[])(-?\d{16,})(?=[,}\]])/g, '$1"$2"')) as Shape; // files of one known shape
}

function differingFields(
  ours: Rendered["output_fields"],
  falco: Rendered["output_fields"],
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
