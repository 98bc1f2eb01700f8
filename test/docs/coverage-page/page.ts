import type { RuleSource } from "@sentrytap/rules";
import { table } from "../../../packages/rules/test/markdown.ts";
import { type Coming, comingOf, type FalcoEvents, renderCalls } from "./calls.ts";
import { ofClass, renderFields } from "./fields.ts";
import { countRules, type JudgedRule, judgeRules, loadAll } from "./judged-rules.ts";
import type { Release } from "./release.ts";
import { renderRules } from "./rules.ts";
import { renderSession } from "./session.ts";

/** What the page is made of. */
export interface PageSources {
  /** Falco's events. */
  readonly events: readonly FalcoEvents[];
  readonly releases: readonly Release[];
  /** Falco's public rules. */
  readonly rules: readonly RuleSource[];
}

/** docs/coverage.md. */
export function renderCoveragePage({ events, releases, rules }: PageSources): string {
  const coming = comingOf(events);
  const rows = judgeRules(rules, releases);
  return [
    introduction,
    renderSummary(events, coming, rows),
    howToAsk,
    renderRules(rules, rows),
    renderSession(loadAll(rules, true)),
    renderCalls(events, coming, releases),
    renderFields(),
  ].join("\n");
}

const introduction = `# What works under gVisor

Which of Falco's public rules can fire on what gVisor tells of a sandbox, which system calls and events come at all, and which of Falco's fields
have values: for whoever decides whether to move. All of it comes from what judges rules here, from what Falco 0.43 lists of its events,
and from what \`runsc trace metadata\` prints in gVisor's releases of December 2022 and July 2024. What is said of no release holds for
gVisor's newest sources, of 2026. The rules are those of falcosecurity/rules of June 2026, unchanged.
`;

function renderSummary(
  events: readonly FalcoEvents[],
  coming: ReadonlyMap<string, Coming>,
  rows: readonly JudgedRule[],
): string {
  const calls = events.flatMap(({ kind, names }) => (kind === "Syscall events" ? names : []));
  const count = (how: Coming): number => calls.filter((name) => coming.get(name) === how).length;
  const { can, onlyTold, cannot } = countRules(rows);
  const have = ofClass("stream").length + ofClass("constant").length;
  const told = ofClass("metadata").length;
  const never = ofClass("unavailable").length;
  return `${table(
    ["of Falco's", "all", "", "", ""],
    [
      [
        "public rules",
        `${rows.length}`,
        `${can} can fire`,
        `${onlyTold} more with container metadata`,
        `${cannot} cannot`,
      ],
      [
        "system calls",
        `${calls.length}`,
        `${count("decoded")} come decoded`,
        `${count("raw")} come raw`,
        `${count("never")} never come`,
      ],
      [
        "fields",
        `${have + told + never}`,
        `${have} have values`,
        `${told} more with container metadata`,
        `${never} never have one`,
      ],
    ],
  )}
`;
}

const howToAsk = `Of rules of your own, the same is told by

\`\`\`sh
npx sentrytap rules check --verbose falco_rules.yaml
\`\`\`

This page is written by \`npm run coverage-page\`, beside the public rules.
`;
