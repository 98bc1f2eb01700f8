import type { HoldStats } from "@sentrytap/core";
import type { RuleSetStats, RuleStats, RuleTime } from "@sentrytap/rules";
import type { WorkerFigures } from "./thread-messages.ts";

/** The figures of several workers, without their sandboxes. */
export type SummedFigures = Omit<WorkerFigures, "sandboxes">;

/** The figures of nobody. */
export const noFigures: SummedFigures = {
  server: {
    connected: 0,
    refused: 0,
    messages: 0,
    bytes: 0,
    malformed: 0,
    truncated: 0,
    dropped: 0,
    transport: {
      accepted: 0,
      refused: 0,
      open: 0,
      handshakes: 0,
      packets: 0,
      bytes: 0,
      truncated: 0,
      discarded: 0,
      stalls: 0,
      wakeups: 0,
      batches: 0,
    },
  },
  rules: { events: 0, alerts: 0, failures: 0, rules: new Map() },
  waiting: { held: 0, released: 0, early: 0 },
};

export function addFigures(a: SummedFigures, b: SummedFigures): SummedFigures {
  const { transport: first, ...counts } = a.server;
  const { transport: second, ...more } = b.server;
  return {
    server: { ...addNumbers(counts, more), transport: addNumbers(first, second) },
    rules: addRules(a.rules, b.rules),
    waiting: addNumbers<HoldStats>(a.waiting, b.waiting),
  };
}

/** Two objects of the same numbers, added key by key. */
function addNumbers<T extends { readonly [Key in keyof T]: number }>(a: T, b: T): T {
  const sum = { ...a };
  for (const key in sum) sum[key] = (a[key] + b[key]) as T[typeof key]; // numbers, by T's own bound
  return sum;
}

function addRules(a: RuleSetStats, b: RuleSetStats): RuleSetStats {
  const rules = new Map(a.rules);
  for (const [name, stats] of b.rules) {
    const others = rules.get(name);
    rules.set(name, others === undefined ? stats : addRule(others, stats));
  }
  return {
    events: a.events + b.events,
    alerts: a.alerts + b.alerts,
    failures: a.failures + b.failures,
    rules,
  };
}

function addRule(a: RuleStats, b: RuleStats): RuleStats {
  const lastFailure = b.lastFailure ?? a.lastFailure;
  const time = a.time === undefined || b.time === undefined ? (a.time ?? b.time) : addTime(a.time, b.time);
  return {
    matches: a.matches + b.matches,
    alerts: a.alerts + b.alerts,
    failures: a.failures + b.failures,
    ...(lastFailure !== undefined && { lastFailure }),
    ...(time !== undefined && { time }),
  };
}

function addTime(a: RuleTime, b: RuleTime): RuleTime {
  const samples = a.samples + b.samples;
  const total = a.meanNs * a.samples + b.meanNs * b.samples;
  return {
    samples,
    meanNs: samples === 0 ? 0 : total / samples,
    maxNs: Math.max(a.maxNs, b.maxNs),
    estimatedNs: a.estimatedNs + b.estimatedNs,
  };
}
