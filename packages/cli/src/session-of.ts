import {
  type Architecture,
  createRunsc,
  describeGivenUp,
  type Fidelity,
  loadRuleFiles,
  type PodInitConfig,
  planSession,
  podInitConfig,
  type RuleSet,
  type SessionPlan,
} from "sentrytap";
import type { SelectionOptions } from "./selection.ts";
import type { Terminal } from "./terminal.ts";

/** Options that say what sandboxes report. */
export interface SessionOptions extends SelectionOptions {
  readonly endpoint: string;
  readonly all?: boolean;
  readonly rules?: readonly string[];
  readonly fidelity?: Fidelity;
  readonly arch?: Architecture;
  readonly runsc?: string;
}

/** What the options ask for, as the file for `runsc --pod-init-config` has it. */
export async function sessionOf(options: SessionOptions, terminal: Terminal): Promise<PodInitConfig> {
  const { endpoint, all = false } = options;
  if (all) return podInitConfig({ endpoint, points: "all" });
  const { points, givenUp } = await planOf(options, terminal);
  for (const each of givenUp) terminal.warn(`given up: ${describeGivenUp(each)}`);
  return podInitConfig({ endpoint, points });
}

/** The session that the options' rules need; by default the starter rules. */
export async function planOf(options: SessionOptions, terminal: Terminal): Promise<SessionPlan> {
  const { fidelity, arch, runsc } = options;
  const rules = await loadOptionRules(options, terminal);
  const plan = planSession(rules, {
    ...(fidelity !== undefined && { fidelity }),
    ...(arch !== undefined && { arch }),
    ...(runsc !== undefined && { available: await pointsOf(runsc) }),
  });
  if (plan.points.length === 0)
    terminal.warn("no rule that is enabled can fire: the session asks for nothing");
  return plan;
}

/** The rules that options name, of which those are on that they say. */
export function loadOptionRules(
  { rules: files, select, minPriority }: Pick<SessionOptions, "rules" | keyof SelectionOptions>,
  terminal: Terminal,
): Promise<RuleSet> {
  return loadRuleFiles(files, {
    select,
    ...(minPriority !== undefined && { minPriority }),
    containers: () => undefined, // whoever detects has some that tells of them
    onWarning: (text) => terminal.say(text),
  });
}

/** The points that the runsc at `path` has. */
export async function pointsOf(path: string): Promise<readonly string[]> {
  // What it can tell is the same whatever containers there are.
  const { points } = await createRunsc({ path, root: "/run/runsc" }).traceMetadata();
  return points.map(({ name }) => name);
}
