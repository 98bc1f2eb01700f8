import type { LoadOptions, Matching, RuleSet } from "@sentrytap/rules";
import type { PortedCase, PortedSuite } from "../case.ts";
import { makeChdir } from "../formatter/scene.ts";
import { loadTexts, type RuleSpec, rulesText } from "./rule-spec.ts";

interface Options extends Pick<LoadOptions, "select" | "minPriority"> {
  readonly differs?: string;
}

/** Which rules alert at a chdir, with both ways of matching. */
function alerts(
  name: string,
  texts: readonly string[],
  falco: { readonly first: readonly string[]; readonly all: readonly string[] },
  { differs, ...options }: Options = {},
): PortedCase {
  return {
    name,
    falco,
    ours: () => {
      const rules = loadTexts(texts, options);
      return { first: fired(rules, "first"), all: fired(rules, "all") };
    },
    ...(differs !== undefined && { differs }),
  };
}

function fired(rules: RuleSet, matching: Matching): readonly string[] {
  return rules.evaluate(makeChdir(), matching).map(({ rule }) => rule);
}

/** Alerts counted, rule by rule, after as many events. */
function counts(
  name: string,
  specs: readonly RuleSpec[],
  matching: Matching,
  events: number,
  falco: Readonly<Record<string, number>>,
): PortedCase {
  return {
    name,
    falco,
    ours: () => {
      const rules = loadTexts([rulesText(specs)]);
      for (let i = 0; i < events; i++) rules.evaluate(makeChdir(), matching);
      const { alerts: total, rules: each } = rules.stats();
      return { total, ...Object.fromEntries(Array.from(each, ([rule, one]) => [rule, one.alerts])) };
    },
  };
}

const two = [{ name: "first" }, { name: "second" }];
const none = { first: [], all: [] };
const inOrder = { first: ["first"], all: ["first", "second"] };
const behind = "- rule: first\n  condition: and proc.name exists\n  override: {condition: append}\n";
const anew = rulesText([{ name: "first", priority: "ERROR" }]);

const order: readonly PortedCase[] = [
  alerts("the first that matches, or all, in the order of the file", [rulesText(two)], inOrder),
  alerts(
    "in the order of the files",
    [rulesText([{ name: "first" }]), rulesText([{ name: "second" }])],
    inOrder,
  ),
  alerts(
    "a graver rule does not come first",
    [
      rulesText([
        { name: "first", priority: "DEBUG" },
        { name: "second", priority: "EMERGENCY" },
      ]),
    ],
    inOrder,
  ),
  alerts(
    "nor one that names its types",
    [rulesText([{ name: "first", condition: "proc.name = Worker" }, { name: "second" }])],
    inOrder,
  ),
  alerts(
    "rules of one priority keep their order, whatever their names",
    [rulesText([{ name: "first" }, { name: "second" }, { name: "another" }])],
    { first: ["first"], all: ["first", "second", "another"] },
  ),
  alerts("a rule that is defined anew keeps its place", [rulesText(two), anew], inOrder),
  alerts("and so does one that is appended to", [rulesText(two), behind], inOrder),
  alerts(
    "a rule that does not match leaves the place to the next",
    [rulesText([{ name: "x", condition: "evt.type = chdir and proc.name = nobody" }, ...two])],
    inOrder,
  ),
  alerts("a rule that is off does, too", [rulesText([{ name: "x", enabled: false }, ...two])], inOrder),
  alerts(
    "and one that is not grave enough",
    [rulesText([{ name: "x", priority: "DEBUG" }, ...two])],
    inOrder,
    {
      minPriority: "Notice",
    },
  ),
  alerts(
    "rules of other types are not asked",
    [rulesText([{ name: "x", condition: "evt.type = fchdir" }, ...two])],
    inOrder,
  ),
  alerts("no rule that is on: no alert", [rulesText(two)], none, { select: [{ disable: { rule: "*" } }] }),
  alerts("no rule at all: no alert", ["[]"], none),
  alerts(
    "a rule that is turned off and on again goes behind the others",
    [rulesText(two)],
    { first: ["second"], all: ["second", "first"] },
    {
      select: [{ disable: { rule: "first" } }, { enable: { rule: "first" } }],
      differs: "The order stays that of the files, as Falco's own words have it.",
    },
  ),
  alerts(
    "and so does one that is off in its file",
    [rulesText([{ name: "first", enabled: false }, { name: "second" }])],
    { first: ["second"], all: ["second", "first"] },
    {
      select: [{ enable: { rule: "first" } }],
      differs: "The order stays that of the files, as Falco's own words have it.",
    },
  ),
  alerts("turning a rule on that is on does not move it", [rulesText(two)], inOrder, {
    select: [{ enable: { rule: "first" } }],
  }),
];

const counted: readonly PortedCase[] = [
  counts("of rules that match the first counts", two, "first", 3, { total: 3, first: 3, second: 0 }),
  counts("or each", two, "all", 3, { total: 6, first: 3, second: 3 }),
  counts(
    "a rule that nothing matches is there with 0",
    [{ name: "x", condition: "evt.type = fchdir" }],
    "all",
    2,
    {
      total: 0,
      x: 0,
    },
  ),
];

/** Which of the rules that match an event alert. */
export const matchingSuites: readonly PortedSuite[] = [
  { kind: "ruleset", title: "The first rule that matches alerts, or all", cases: order },
  { kind: "ruleset", title: "Alerts are counted by rule", cases: counted },
];
