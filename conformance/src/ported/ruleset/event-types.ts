import { compile, type EventTypes, formatDiagnostic, type SelectionStep } from "@sentrytap/rules";
import type { PortedCase, PortedSuite } from "../case.ts";
import { loadTexts, rulesText } from "./rule-spec.ts";

/** Types, as a case writes them. */
type Types = "all" | "none" | readonly string[] | { readonly allBut: readonly string[] };

function describe(types: EventTypes): Types {
  if ("only" in types) return types.only.size === 0 ? "none" : [...types.only].sort();
  return types.except.size === 0 ? "all" : { allBut: [...types.except].sort() };
}

function typesOf(condition: string): Types {
  const compiled = compile(condition);
  if (compiled.ok) return describe(compiled.filter.eventTypes);
  throw new Error(compiled.diagnostics.map((one) => formatDiagnostic(one)).join("\n"));
}

/** Conditions that can hold for the same types. */
function looksAt(falco: Types, ...conditions: readonly string[]): readonly PortedCase[] {
  return conditions.map((condition) => ({ name: condition, falco, ours: () => typesOf(condition) }));
}

/** Conditions that ask for types as nobody can answer beforehand. */
function refused(...conditions: readonly string[]): readonly PortedCase[] {
  return conditions.map((condition) => ({
    name: `${condition} is refused`,
    falco: "refused",
    ours: () => (compile(condition).ok ? "taken" : "refused"),
  }));
}

/** Pairs that mean the same. */
function same(...pairs: readonly (readonly [one: string, other: string])[]): readonly PortedCase[] {
  return pairs.map(([one, other]) => ({
    name: `${one} is ${other}`,
    falco: true,
    ours: () => JSON.stringify(typesOf(one)) === JSON.stringify(typesOf(other)),
  }));
}

const oneType = [
  ...looksAt(
    ["unlinkat"],
    "evt.type=unlinkat",
    "evt.type = unlinkat",
    "not evt.type != unlinkat",
    "not not evt.type = unlinkat",
    "not not not not evt.type = unlinkat",
    "evt.type in (unlinkat)",
    "not (not evt.type = unlinkat)",
    "evt.type = unlinkat and proc.name = rm",
    "evt.type = unlinkat and not proc.name = rm",
    "evt.type = unlinkat and (proc.name = rm)",
    "evt.type = unlinkat and not (evt.type = mkdir and proc.name = rm)",
  ),
  ...looksAt(
    { allBut: ["unlinkat"] },
    "evt.type != unlinkat",
    "not not not evt.type = unlinkat",
    "not evt.type = unlinkat",
    "evt.type = mkdir or evt.type != unlinkat",
  ),
];

const twoTypes = [
  ...looksAt(
    ["mkdir", "unlinkat"],
    "evt.type in (unlinkat, mkdir)",
    "evt.type = unlinkat or evt.type = mkdir",
    "evt.type = unlinkat or (evt.type = mkdir and proc.name = rm)",
    "evt.type = mkdir or (evt.type = unlinkat and proc.name = rm)",
  ),
  ...looksAt(
    { allBut: ["mkdir", "unlinkat"] },
    "not evt.type in (unlinkat, mkdir)",
    "not not not evt.type in (unlinkat, mkdir)",
    "evt.type != unlinkat and evt.type != mkdir",
  ),
];

const allOrNone = [
  ...looksAt(
    "all",
    "evt.type != unlinkat or evt.type != mkdir",
    "proc.name = rm",
    "evt.type = unlinkat or proc.name = rm",
    "evt.type = unlinkat or (proc.name = rm)",
    "(evt.type = unlinkat) or proc.name = rm",
    "evt.type = mkdir or not (evt.type = unlinkat and proc.name = rm)",
    "evt.type = unlinkat or not (evt.type = mkdir and proc.name = rm)",
    "evt.type exists",
    "not proc.name = rm",
    "not evt.type in ()",
  ),
  ...looksAt(
    "none",
    "evt.type = mkdir and evt.type = unlinkat",
    "evt.type = unlinkat and (evt.type = mkdir and proc.name = rm)",
    "evt.type = unlinkat and (evt.type = mkdir)",
    "evt.type = bind and not evt.type = bind",
    "evt.type in ()",
    "not evt.type exists",
  ),
];

const zero = "(evt.type in ())";
const one = "(evt.type exists)";
const any = "(proc.name = rm)";
const noRm = "(not proc.name = rm)";
const [a, b, p, q] = ["evt.type = bind", "evt.type = listen", "proc.name = rm", "fd.type = ipv4"];

const laws = same(
  [
    "evt.type in (bind, listen, accept4, container) and not (proc.name = rm and evt.type = bind)",
    "evt.type in (container, accept4, listen, bind)",
  ],
  [one, any],
  [one, noRm],
  [`not ${one}`, zero],
  [`not ${zero}`, one],
  [a, `not (not ${a})`],
  [`${a} or not ${a}`, one],
  [`${a} or not ${a}`, noRm],
  [`${zero} and ${one}`, zero],
  [`${zero} and ${any}`, zero],
  [`${zero} and ${noRm}`, zero],
  [`${zero} or ${one}`, one],
  [`${zero} or ${any}`, one],
  [`${zero} or ${noRm}`, one],
  [`${a} and ${zero}`, zero],
  [`${a} and ${one}`, a],
  [`${a} and ${any}`, a],
  [`${a} and ${noRm}`, a],
  [`${a} or ${zero}`, a],
  [`${a} or ${one}`, one],
  [`${a} or ${any}`, one],
  [`${a} or ${noRm}`, one],
  [`${a} or ${a}`, a],
  [`${a} and ${a}`, a],
  [`not (${p} or ${a})`, `not ${p} and not ${a}`],
  [`not (${p} or ${q})`, `not ${p} and not ${q}`],
  [`not (${a} or ${b})`, `not ${a} and not ${b}`],
  [`not (${a} or ${a})`, `not ${a} and not ${a}`],
  [`not (${p} and ${a})`, `not ${p} or not ${a}`],
  [`not (${p} and ${q})`, `not ${p} or not ${q}`],
  [`not (${a} and ${b})`, `not ${a} or not ${b}`],
  [`not (${a} and ${a})`, `not ${a} or not ${a}`],
  [`not ${a}`, "evt.type != bind"],
  [`not ${p}`, "proc.name != rm"],
  ...["and", "or"].flatMap((word): readonly (readonly [string, string])[] =>
    [
      [a, b],
      [p, a],
      [p, q],
    ].flatMap(([left = "", right = ""]): readonly (readonly [string, string])[] => [
      [`${left} ${word} ${right}`, `${right} ${word} ${left}`],
      [`not (${left} ${word} ${right})`, `not (${right} ${word} ${left})`],
      [`not ${left} ${word} not ${right}`, `not ${right} ${word} not ${left}`],
    ]),
  ),
);

const functions = [
  ...looksAt(
    "all",
    "b64(proc.name) = rm",
    "toupper(evt.type) startswith CL",
    "proc.name = b64(fd.name)",
    "not b64(proc.name) != b64(fd.name)",
  ),
  ...refused(
    "b64(evt.type) = close",
    "evt.type = b64(proc.name)",
    "evt.type = val(proc.name)",
    "b64(evt.type) != val(proc.name)",
    "not evt.type != val(proc.name)",
    "not b64(evt.type) = close",
    "not evt.type = b64(proc.name)",
    "b64(evt.type) exists",
    "toupper(syscall.type) in (CLOSE, DUP)",
  ),
];

/** The types of all rules of a file that are on. */
function together(
  name: string,
  conditions: readonly string[],
  falco: Types,
  select: readonly SelectionStep[] = [],
): PortedCase {
  const specs = conditions.map((condition, i) => ({ name: `rule ${i + 1}`, condition }));
  return { name, falco, ours: () => describe(loadTexts([rulesText(specs)], { select }).eventTypes) };
}

const doors = [
  "evt.type = bind or evt.type = listen or evt.type = accept4 or evt.type = shutdown",
  "evt.type in (creat, prctl, munmap, execveat, write, container)",
  "evt.type in (creat, execveat, mremap) and not evt.type = mremap",
];
const doorTypes = [
  ...["accept4", "bind", "container", "creat", "execveat", "listen", "munmap"],
  ...["prctl", "shutdown", "write"],
];

const sets: readonly PortedCase[] = [
  together("rules ask for the types of all of them", doors, doorTypes),
  together(
    "calls without parameters of their own are asked for by name",
    [...doors, "evt.type = syncfs or evt.type = fanotify_init"],
    [...doorTypes, "fanotify_init", "syncfs"].sort(),
  ),
  together(
    "what is no system call can be asked for, too",
    [...doors, "evt.type in (procexit, switch, pluginevent, container)"],
    [...doorTypes, "pluginevent", "procexit", "switch"].sort(),
  ),
  together(
    "rules that are off ask for nothing",
    doors,
    ["accept4", "bind", "listen", "shutdown"],
    [{ disable: { rule: "*" } }, { enable: { rule: "rule 1" } }],
  ),
  together("one rule without types asks for all", [...doors, "proc.name = rm"], "all"),
  together("no rule asks for nothing", [], "none"),
];

/** Which types of events conditions and rules look at. */
export const eventTypesSuites: readonly PortedSuite[] = [
  { kind: "ruleset", title: "Types of events that a condition of one type looks at", cases: oneType },
  { kind: "ruleset", title: "Types of events that a condition of two types looks at", cases: twoTypes },
  { kind: "ruleset", title: "Conditions that look at all types of events, or at none", cases: allOrNone },
  { kind: "ruleset", title: "Laws of the types that conditions look at", cases: laws },
  { kind: "ruleset", title: "Functions and types of events", cases: functions },
  { kind: "ruleset", title: "Types of events that a rule set asks for", cases: sets },
];
