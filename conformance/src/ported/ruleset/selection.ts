import type { Priority, SelectionStep } from "@sentrytap/rules";
import type { PortedCase, PortedSuite } from "../case.ts";
import { enabledOf, loadTexts, type RuleSpec, rulesText } from "./rule-spec.ts";

const off: SelectionStep = { disable: { rule: "*" } };

const gate: readonly RuleSpec[] = [
  { name: "open gate", tags: ["gate"] },
  { name: "shut gate", tags: ["gate shut"], enabled: false },
];

const three: readonly RuleSpec[] = [
  { name: "north wind", tags: ["north", "wind"] },
  { name: "south wind", tags: ["south", "wind"] },
  { name: "calm", tags: ["still"] },
];

interface Options {
  readonly minPriority?: Priority;
  readonly differs?: string;
}

/** Which of `rules` are on once `steps` are done. */
function selects(
  name: string,
  rules: readonly RuleSpec[],
  steps: readonly SelectionStep[],
  falco: readonly string[],
  { minPriority, differs }: Options = {},
): PortedCase {
  const options = { select: steps, ...(minPriority !== undefined && { minPriority }) };
  return {
    name,
    falco,
    ours: () => enabledOf(loadTexts([rulesText(rules)], options)),
    ...(differs !== undefined && { differs }),
  };
}

/** Several sets of the same rules, each of its own: a step is done in one of them. */
function independent(
  name: string,
  rules: readonly RuleSpec[],
  steps: readonly (readonly [set: string, step: SelectionStep])[],
  falco: Readonly<Record<string, number>>,
): PortedCase {
  const ours = (): Readonly<Record<string, number>> => {
    const sets = new Map(
      Object.keys(falco).map((set) => [set, loadTexts([rulesText(rules)]).select([off]).rules] as const),
    );
    for (const [set, step] of steps) {
      const before = sets.get(set);
      if (before !== undefined) sets.set(set, before.select([step]).rules);
    }
    return Object.fromEntries(Array.from(sets, ([set, made]) => [set, enabledOf(made).length]));
  };
  return { name, falco, ours };
}

/** Whether a pattern names a rule. */
function wildcard(pattern: string, rule: string, falco: boolean, differs?: string): PortedCase {
  return {
    name: `${JSON.stringify(pattern)} ${falco ? "names" : "does not name"} ${JSON.stringify(rule)}`,
    falco,
    ours: () => {
      const { rules } = loadTexts([rulesText([{ name: rule }])]).select([off, { enable: { rule: pattern } }]);
      return enabledOf(rules).length === 1;
    },
    ...(differs !== undefined && { differs }),
  };
}

const enableRule = (rule: string): SelectionStep => ({ enable: { rule } });
const disableRule = (rule: string): SelectionStep => ({ disable: { rule } });
const enableTag = (tag: string): SelectionStep => ({ enable: { tag } });
const disableTag = (tag: string): SelectionStep => ({ disable: { tag } });

const byName: readonly PortedCase[] = [
  selects("files say which rules are on", gate, [], ["open gate"]),
  selects(
    "a rule that is off can be turned on by name",
    gate,
    [enableRule("shut gate")],
    ["open gate", "shut gate"],
  ),
  selects("a part of a name names nothing", gate, [off, enableRule("open")], []),
  selects("a part of a name with stars around does", gate, [off, enableRule("*open*")], ["open gate"]),
  selects("a rule that is not there changes nothing", three, [off, enableRule("storm")], []),
  selects("turning a rule off that is off changes nothing", three, [off, disableRule("calm")], []),
  selects(
    "turning a rule on that is on changes nothing",
    three,
    [enableRule("calm")],
    ["north wind", "south wind", "calm"],
  ),
  selects("a star names all, those that are off too", gate, [enableRule("*")], ["open gate", "shut gate"]),
  selects(
    "all but those with a letter in their name",
    three,
    [enableRule("*"), disableRule("*m*")],
    ["north wind", "south wind"],
  ),
  selects("no rule is left", three, [disableRule("*wind"), disableRule("c*m")], []),
  selects(
    "one rule by a pattern with several stars",
    three,
    [off, enableRule("*o*th*w*"), disableRule("n*")],
    ["south wind"],
  ),
  independent(
    "rule sets of the same rules know nothing of each other",
    gate,
    [
      ["a", enableRule("open gate")],
      ["b", enableRule("open gate")],
      ["c", enableRule("*")],
      ["b", disableRule("open*")],
    ],
    { a: 1, b: 0, c: 2, d: 0 },
  ),
  selects("names are taken with their case", three, [off, enableRule("Calm")], []),
  selects(
    "an empty name names all, where the engine itself is asked",
    gate,
    [enableRule("")],
    ["open gate", "shut gate"],
    {
      differs:
        "An empty name is a slip: it is told of, and * names all. Falco's configuration refuses it, too.",
    },
  ),
];

const byTag: readonly PortedCase[] = [
  selects("a tag turns its rules on", three, [off, enableTag("wind")], ["north wind", "south wind"]),
  selects("one of several tags is enough", three, [off, enableTag("south")], ["south wind"]),
  selects(
    "a rule turned on by one tag goes off by another",
    three,
    [off, enableTag("north"), disableTag("wind")],
    [],
  ),
  selects(
    "a tag turns on what is off in its file",
    gate,
    [enableTag("gate shut")],
    ["open gate", "shut gate"],
  ),
  selects("a tag is not a part of a tag", gate, [off, enableTag("gate")], ["open gate"]),
  selects("a tag has no stars", three, [off, enableTag("*")], []),
  selects(
    "a tag that no rule has changes nothing",
    three,
    [disableTag("rain")],
    ["north wind", "south wind", "calm"],
  ),
  independent(
    "tags, too, are of one rule set",
    three,
    [
      ["a", enableTag("wind")],
      ["b", enableTag("still")],
      ["a", disableTag("north")],
      ["c", disableTag("wind")],
    ],
    { a: 1, b: 1, c: 0 },
  ),
];

const inOrder: readonly PortedCase[] = [
  selects(
    "by name, by tag, by a pattern: each takes effect after the one before",
    three,
    [off, enableRule("calm"), disableTag("still"), enableRule("s*")],
    ["south wind"],
  ),
  selects(
    "the last step wins",
    three,
    [disableTag("wind"), enableRule("north wind")],
    ["north wind", "calm"],
  ),
  selects("and turned round", three, [enableRule("north wind"), disableTag("wind")], ["calm"]),
  selects(
    "a step with a name and a tag names the rules of both",
    three,
    [{ disable: { rule: "calm", tag: "north" } }],
    ["south wind"],
  ),
  selects(
    "a step that names nothing is not done",
    three,
    [{ disable: { rule: "", tag: "" } }],
    ["north wind", "south wind", "calm"],
  ),
  {
    name: "what overrides say in later files comes before all steps",
    falco: ["shut gate"],
    ours: () => {
      const later = "- rule: open gate\n  enabled: false\n  override: {enabled: replace}\n";
      return enabledOf(
        loadTexts([rulesText(gate), later], { select: [enableRule("*"), disableRule("open gate")] }),
      );
    },
  },
];

const graded: readonly RuleSpec[] = [
  { name: "siren", priority: "CRITICAL" },
  { name: "bell", priority: "WARNING" },
  { name: "whisper", priority: "DEBUG", tags: ["soft"] },
];

const byPriority: readonly PortedCase[] = [
  selects("without a least priority all are on", graded, [], ["siren", "bell", "whisper"]),
  selects("rules less grave than the least priority are off", graded, [], ["siren", "bell"], {
    minPriority: "Warning",
  }),
  selects("a rule just as grave is on", graded, [], ["siren"], { minPriority: "Critical" }),
  selects("no rule may be grave enough", graded, [], [], { minPriority: "Alert" }),
  selects("no name turns on what is less grave", graded, [enableRule("*")], ["siren", "bell"], {
    minPriority: "Notice",
  }),
  selects("and no tag", graded, [off, enableTag("soft")], [], { minPriority: "Informational" }),
];

const wildcards: readonly PortedCase[] = [
  wildcard("*", "storm", true),
  wildcard("***", "storm", true),
  wildcard("storm at sea", "storm at sea", true),
  wildcard("st*ea", "storm at sea", true),
  wildcard("st*at*", "storm at sea", true),
  wildcard("*orm*sea", "storm at sea", true),
  wildcard("*orm****sea", "storm at sea", true),
  wildcard("storm*", "storm", true),
  wildcard("*storm", "storm", true),
  wildcard("sea", "storm at sea", false),
  wildcard("storm", "storm at sea", false),
  wildcard("storm*lake", "storm at sea", false),
  wildcard("storm*sea", "storm at sea again", false),
  wildcard("*storm*sea", "a storm at sea again", false),
  wildcard("*storm*lake*", "a storm at sea", false),
  wildcard("st?rm", "storm", false),
  wildcard("s[t]orm", "storm", false),
  wildcard("s.*m", "storm", false),
  wildcard(
    "*sea",
    "sea after sea",
    false,
    "Falco tries the first place only where a piece of a pattern fits: here * stands for any text.",
  ),
];

/** Which rules are on: by name, tag and priority. */
export const selectionSuites: readonly PortedSuite[] = [
  { kind: "ruleset", title: "Rules are turned on and off by name", cases: byName },
  { kind: "ruleset", title: "Rules are turned on and off by tag", cases: byTag },
  { kind: "ruleset", title: "Selections of the configuration are done in order", cases: inOrder },
  { kind: "ruleset", title: "A least priority turns rules off", cases: byPriority },
  { kind: "ruleset", title: "Stars in names", cases: wildcards },
];
