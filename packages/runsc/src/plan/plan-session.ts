import { needsOf, type RuleSet, type StreamShape, wholeStream } from "@sentrytap/rules";
import { type Architecture, hostArchitecture } from "@sentrytap/wire";
import type { PointConfig } from "../point-config.ts";
import { Planner } from "./planner.ts";

/**
 * How far a session goes to keep what rules see exact. `exact`: the alerts are those of a session that asks for everything.
 * `lean`: what costs messages and matters only where a sandbox plays tricks, or is rare, is given up: {@link SessionPlan.givenUp}.
 */
export type Fidelity = "exact" | "lean";

/** Options of {@link planSession}. */
export interface PlanOptions {
  /** Default `exact`. */
  readonly fidelity?: Fidelity;
  /** CPU of the sandboxes, which raw points are numbered by. Default: this machine's. */
  readonly arch?: Architecture;
  /**
   * The points that the runsc has, as `traceMetadata` names them: a call of which it has no decoded point is asked for raw. Default:
   * all that the newest sources have; a runsc that lacks some skips them.
   */
  readonly available?: Iterable<string>;
}

/** Something that a lean session does without. */
export interface GivenUp {
  readonly what: "memory" | "copies";
  /** The rules that it can matter to. */
  readonly rules: readonly string[];
  /** What the exact session has beside this one. */
  readonly points: readonly string[];
}

/** The smallest session that a rule set needs. */
export interface SessionPlan {
  /** For `podInitConfig` and `sessionConfig`. */
  readonly points: readonly PointConfig[];
  /** Why each point is there: names of rules whose events it tells, or what the tables learn from it. */
  readonly reasons: ReadonlyMap<string, readonly string[]>;
  readonly givenUp: readonly GivenUp[];
}

/**
 * The points, context fields and optional fields that `rules` need, and no others: those of the events that enabled rules can
 * match, and those that the tables of threads and descriptors need for what conditions and outputs read.
 *
 * A descriptor number comes back only through a call that makes one, so calls that make descriptors stand in for close(2).
 * Where rules look at nothing but sockets, and the points name descriptors (`fd_path`), those of sockets are enough; what a
 * full session has beside this is the kind of a socket that was copied by fcntl(2) before it was bound or connected.
 *
 * @example
 * const { points } = planSession(await loadRuleFiles(["rules.yaml"]));
 * await writeFile("pod-init.json", JSON.stringify(podInitConfig({ endpoint: "/run/sentrytap.sock", points })));
 */
export function planSession(rules: RuleSet, options: PlanOptions = {}): SessionPlan {
  const { fidelity = "exact", arch = hostArchitecture, available } = options;
  const known = available === undefined ? undefined : new Set(available);
  const planner = new Planner(fidelity, arch, known);
  const stream = known === undefined ? wholeStream : streamWith(known);
  for (const { rule, enabled, points, gaps } of needsOf(rules, { stream })) {
    if (!enabled) continue;
    for (const needs of points) planner.plan(rule, needs);
    if (gaps) planner.planGaps(rule);
  }
  return planner.finish();
}

/** What a runsc tells that has only `available`. */
function streamWith(available: ReadonlySet<string>): StreamShape {
  return { ...wholeStream, points: wholeStream.points.filter(({ name }) => available.has(name)) };
}
