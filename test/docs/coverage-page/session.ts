import { type RuleSet, rawPoint, syscallNumbers } from "@sentrytap/rules";
import { describeGivenUp, planSession } from "@sentrytap/runsc";
import { codes, escaped, table } from "../../../packages/rules/test/markdown.ts";

/** As many rules as a cell names. */
const mostNamed = 3;

/** What a session asks of a sandbox so that `rules` see what they need. */
export function renderSession(rules: RuleSet): string {
  const exact = planSession(rules, { arch: "x64" });
  const lean = planSession(rules, { arch: "x64", fidelity: "lean" });
  const kept = new Set(lean.points.map(({ name }) => name));
  const rows = exact.points.map(({ name, optional_fields: optional = [] }) => [
    `${codes([name])}${callOf(name)}`,
    codes(optional),
    whyOf(exact.reasons.get(name) ?? []),
    kept.has(name) ? "" : "no",
  ]);
  return `## The session that they need

A sandbox pays for every point that is asked of it. These are those that the public rules need, those alone that are on, on x86-64, and what each is
there for; \`sentrytap config -r\` makes the session. [What it costs](performance.md).

${table(["point", "optional fields", "for", "kept in a lean session"], rows)}

\`--fidelity lean\` gives up:

${lean.givenUp.map((each) => `- ${escaped(describeGivenUp(each))}`).join("\n")}
`;
}

/** A raw point's call. */
function callOf(point: string): string {
  const sysno = rawPoint(point)?.sysno;
  if (sysno === undefined) return "";
  const call = [...syscallNumbers()].find(([, numbers]) => numbers.x64 === sysno);
  return call === undefined ? "" : ` (${call[0]})`;
}

function whyOf(reasons: readonly string[]): string {
  const named = reasons.slice(0, mostNamed).map((reason) => escaped(reason));
  const more = reasons.length - named.length;
  return `${named.join("; ")}${more > 0 ? ` and ${more} more` : ""}`;
}
