import { syscallName, syscallNames } from "@sentrytap/events";
import {
  contextFieldNames,
  coverageOf,
  lastRawSysno,
  loadRules,
  type RuleCoverage,
  type TracePoint,
  tracePoints,
} from "@sentrytap/rules";
import { codes, table } from "../../../packages/rules/test/markdown.ts";
import type { Release } from "./release.ts";

/** Falco's events of one kind, as its list of events has them. */
export interface FalcoEvents {
  readonly kind: string;
  readonly names: readonly string[];
}

/** Reads what Falco lists of its events. */
export function readFalcoEvents(list: string): readonly FalcoEvents[] {
  return list
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const names = Array.from(section.matchAll(/^[<>] (\w+)\(/gm), ([, name = ""]) => name);
      return { kind: section.split("\n", 1)[0] ?? "", names: [...new Set(names)] };
    });
}

/** How events come: decoded from some point, raw only, or not at all. */
export type Coming = "decoded" | "raw" | "never";

/** Events that come of points, and that we make ourselves. */
const ownTypes = [...tracePoints.flatMap(({ eventTypes }) => eventTypes), "gap", "sandbox_end"];

/** How Falco's events, and all system calls, come: asked of rules that look at nothing else. */
export function comingOf(falco: readonly FalcoEvents[]): ReadonlyMap<string, Coming> {
  const names = new Set([...falco.flatMap((each) => each.names), ...syscallNames, ...ownTypes]);
  const text = Array.from(names, ruleOn).join("");
  const loaded = loadRules([{ name: "events.yaml", text }]);
  if (!loaded.ok) throw new Error(loaded.diagnostics.map(({ message }) => message).join("\n"));
  return new Map(coverageOf(loaded.rules).map((covered) => [covered.rule, comingOfRule(covered)]));
}

function ruleOn(name: string): string {
  return `- {rule: ${name}, desc: d, condition: evt.type = ${name}, output: o, priority: INFO}\n`;
}

function comingOfRule({ canFire, reasons }: RuleCoverage): Coming {
  if (!canFire) return "never";
  return reasons.some(({ kind }) => kind === "raw-only") ? "raw" : "decoded";
}

/** Everything of system calls and other events. */
export function renderCalls(
  falco: readonly FalcoEvents[],
  coming: ReadonlyMap<string, Coming>,
  releases: readonly Release[],
): string {
  return `## System calls and other events

A decoded point tells what a call was given and what came of it: paths, arguments, addresses, results. A raw point tells the call's number,
its registers and its result: numbers and flags, no paths and no data. Rules see both under the same \`evt.type\`.

### Decoded

The newest sources have all of these. \`raw\`: in that release the call has a raw point only.

${renderPoints(releases)}

Of system calls there is a point where the call begins (\`syscall/openat/enter\`) and one where it ends (\`syscall/openat/exit\`). An
optional field is asked for by name: \`fd_path\` is what a descriptor refers to, \`envv\` and \`env\` are environments.

Falco does not have these events: ${renderOwn(falco, coming)}. [Gaps](../packages/events/README.md#gaps) are what gVisor should have
told and did not.

What is said of who did it, the context, is asked for by name too:

${renderContexts(releases)}

### Raw

These calls come raw, on x86-64 and arm64 where both have them. A session must ask for each by its number, \`syscall/sysno/90/exit\`;
\`sentrytap rules check\` names the numbers that rules need.

${codes(namesOf(coming, "raw"))}

### Never

${renderNever(falco, coming)}
`;
}

function namesOf(coming: ReadonlyMap<string, Coming>, how: Coming): readonly string[] {
  return [...coming]
    .filter(([, each]) => each === how)
    .map(([name]) => name)
    .sort();
}

function renderOwn(falco: readonly FalcoEvents[], coming: ReadonlyMap<string, Coming>): string {
  const theirs = new Set(falco.flatMap(({ names }) => names));
  return codes(new Set(ownTypes.filter((type) => !theirs.has(type) && coming.get(type) !== "never")));
}

/** A row a call: its two points are alike. */
function renderPoints(releases: readonly Release[]): string {
  const rows = tracePoints
    .filter(({ name }) => !name.endsWith("/enter"))
    .map((point) => [
      codes([point.name.replace(/\/exit$/, "")]),
      codes(point.eventTypes),
      codes(point.optionalFields),
      ...releases.map((release) => inRelease(point, release)),
    ]);
  return table(["point", "events", "optional fields", ...releases.map(({ name }) => name)], rows);
}

/** Whether a release has a point, and which of its optional fields. */
function inRelease({ name, optionalFields }: TracePoint, { points }: Release): string {
  const own = points.get(name);
  if (own === undefined) return name.startsWith("syscall/") ? "raw" : "no";
  const offered = optionalFields.filter((field) => own.optionalFields.has(field));
  return offered.length === optionalFields.length ? "yes" : `only ${codes(offered)}`;
}

function renderContexts(releases: readonly Release[]): string {
  const rows = contextFieldNames.map((field) => [
    codes([field]),
    ...releases.map(({ points }) => {
      const without = [...points].filter(([, { contextFields }]) => !contextFields.has(field));
      if (without.length === points.size) return "no";
      return without.length === 0 ? "yes" : `not at ${codes(without.map(([name]) => name))}`;
    }),
  ]);
  return table(["context field", ...releases.map(({ name }) => name)], rows);
}

function renderNever(falco: readonly FalcoEvents[], coming: ReadonlyMap<string, Coming>): string {
  const isNever = (name: string): boolean => coming.get(name) === "never";
  const rows = falco.flatMap(({ kind, names }) => {
    const never = names.filter(isNever).sort();
    if (kind !== "Syscall events") return [[kind.toLowerCase(), codes(never)]];
    const newer = never.filter(isNewer);
    return [
      [`system calls from number ${lastRawSysno + 1} on, which have no raw point`, codes(newer)],
      [
        "system calls that x86-64 and arm64 do not have, or under another name",
        codes(never.filter((name) => !newer.includes(name))),
      ],
    ];
  });
  return table(["of Falco's", "events"], rows);
}

/** Whether it is a call that is newer than raw points. */
function isNewer(name: string): boolean {
  return (["x64", "arm64"] as const).some((arch) =>
    Array.from({ length: 100 }, (_, i) => syscallName(arch, lastRawSysno + 1 + i)).some(
      (each) => each === name,
    ),
  );
}
