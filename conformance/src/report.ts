import { inspect } from "node:util";
import { allKnown } from "./all-known.ts";
import type { Result } from "./compare.ts";
import type { Findings, Place } from "./known.ts";
import { isAsListed, type PortedOutcome } from "./ported/case.ts";

/** Lines of what nobody can explain that are told, at most. */
const told = 50;

/** Differences that are listed and were not found: the list is to be as short as it can be. */
function goneFrom({ counts }: Findings): readonly string[] {
  return allKnown.filter(({ id }) => !counts.has(id)).map(({ id }) => id);
}

/**
 * Why the comparison fails, as lines; none where all is explained, and all that is listed is there: the differences, and
 * with `examples` those that the page shows.
 */
export function failuresOf(result: Pick<Result, "findings">, examples: boolean): readonly string[] {
  const { unexplained, counts, confirmed } = result.findings;
  const stale = examples ? allKnown.filter(({ id }) => counts.has(id) && !confirmed.has(id)) : [];
  const lines = unexplained.slice(0, told).map(describePlace);
  if (unexplained.length > told) lines.push(`... and ${unexplained.length - told} more`);
  return [
    ...lines,
    ...goneFrom(result.findings).map((id) => `${id}: listed, but no longer differs: take it from the list`),
    ...stale.map(({ id }) => `${id}: its example is not there any more: npm run conformance -- --write`),
  ];
}

function describePlace({ recording, at, what, ours, falco }: Place): string {
  return `${recording}, ${typeof at === "number" ? `event ${at}` : at}: ${what}: ours ${ours}, Falco's ${falco}`;
}

/** What was compared and found, as lines. */
export function summaryOf({
  findings,
  recordings,
  loading,
  events,
  alerts,
  verdicts,
  outputs,
}: Result): readonly string[] {
  const rows = allKnown.map(({ id, right }): [number, string] => {
    return [findings.counts.get(id) ?? 0, `${id} (right: ${right})`];
  });
  rows.sort(([a], [b]) => b - a);
  return [
    `${format(loading.conditions)} conditions, ${format(loading.sameConditions)} load alike`,
    `${format(loading.files)} rules files, ${format(loading.sameFiles)} load alike`,
    `${recordings} recordings`,
    `${format(events.falco)} events of Falco's, ${format(events.pairs)} of them ours too`,
    `${format(events.fields)} fields of these, ${format(events.same)} the same`,
    `${format(alerts.falco)} alerts of Falco's, ${format(alerts.raised)} of them ours too, ${format(alerts.same)} with the same contents`,
    `${format(verdicts.verdicts)} verdicts on our values, ${format(verdicts.same)} the same`,
    `${format(verdicts.onRecords)} verdicts on Falco's values`,
    `${format(outputs.outputs)} outputs, ${format(outputs.same)} the same`,
    `${findings.unexplained.length} differences that nobody can explain`,
    "",
    ...rows.map(([count, what]) => `${format(count).padStart(10)}  ${what}`),
  ];
}

/** How many cases of Falco's own tests there are, by kind, and how many of them come out the same: as lines. */
export function portedSummary(outcomes: readonly PortedOutcome[]): readonly string[] {
  const kinds = [...new Set(outcomes.map(({ suite }) => suite.kind))];
  return kinds.map((kind) => {
    const own = outcomes.filter(({ suite }) => suite.kind === kind);
    const same = own.filter((outcome) => outcome.same).length;
    return `${format(own.length)} cases of Falco's ${kind} tests, ${format(same)} the same`;
  });
}

/** Cases of Falco's own tests that do not come out as listed, as lines. */
export function portedFailures(outcomes: readonly PortedOutcome[]): readonly string[] {
  return outcomes
    .filter((outcome) => !isAsListed(outcome))
    .map(({ suite, case: { name, falco }, ours, same }) => {
      const where = `${suite.title}: ${name}`;
      if (same) return `${where}: listed as different, but is the same: take the reason away`;
      return `${where}: ours ${inspect(ours)}, Falco's ${inspect(falco)}`;
    });
}

function format(count: number): string {
  return count.toLocaleString("en");
}
