import type { HoldStats } from "@sentrytap/core";
import type { LiveRules, RuleSetStats } from "@sentrytap/rules";
import type { SentryServer } from "@sentrytap/server";
import type { PostedSandboxes } from "./posted-sandboxes.ts";
import type { WorkerFigures } from "./thread-messages.ts";

/** What a worker has figures of. */
export interface Counted {
  readonly server: SentryServer;
  readonly rules: LiveRules;
  /** Of the messages that had to wait. */
  readonly waiting: () => HoldStats;
}

/** The figures of a worker, as they can cross threads. */
export function postFigures({ server, rules, waiting }: Counted, posted: PostedSandboxes): WorkerFigures {
  const { sandboxes, ...figures } = server.stats();
  return {
    server: figures,
    sandboxes: sandboxes.map((sandbox) => posted.now(sandbox)),
    rules: plain(rules.stats()),
    waiting: waiting(),
  };
}

/** What a rule threw can be anything, and maybe nothing that can be cloned. */
function plain(stats: RuleSetStats): RuleSetStats {
  const rules = [...stats.rules].map(([name, rule]) => {
    const { lastFailure } = rule;
    return [name, lastFailure === undefined ? rule : { ...rule, lastFailure: String(lastFailure) }] as const;
  });
  return { ...stats, rules: new Map(rules) };
}
