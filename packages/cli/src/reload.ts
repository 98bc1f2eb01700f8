import { type LiveRules, type RuleSet, TraceError } from "sentrytap";
import type { Terminal } from "./terminal.ts";

/** Reads rules again at every SIGHUP, from when it is made until it is stopped. */
export interface Reloading {
  /** Puts rules that were read again in the place of those in `live`. A signal that came before takes effect now. */
  into(live: LiveRules): void;
  /** SIGHUP ends the process again, as it does by itself. */
  stop(): void;
}

/** Where the rules do not load, that is told, and those that were there before stay in force. */
export function reloadOnHangup(load: () => Promise<RuleSet>, terminal: Terminal): Reloading {
  let live: LiveRules | undefined;
  let running = false;
  let due = false;
  const reload = async (): Promise<void> => {
    if (live === undefined || running) return;
    running = true;
    while (due) {
      due = false;
      await replace(live, load, terminal);
    }
    running = false;
  };
  const listener = (): void => {
    due = true;
    void reload();
  };
  process.on("SIGHUP", listener);
  return {
    into(rules) {
      live = rules;
      void reload();
    },
    stop() {
      process.off("SIGHUP", listener);
    },
  };
}

async function replace(live: LiveRules, load: () => Promise<RuleSet>, terminal: Terminal): Promise<void> {
  try {
    const next = await load();
    live.replace(next);
    const on = next.rules.filter(({ enabled }) => enabled).length;
    terminal.warn(`the rules were read again: ${on} of ${next.rules.length} are enabled`);
  } catch (error) {
    terminal.say(error instanceof TraceError ? error.message : String(error));
    terminal.warn("the rules were not replaced: those that were there before stay in force");
  }
}
