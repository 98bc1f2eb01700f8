import { type LiveRules, type RuleSet, TraceError } from "sentrytap";
import type { Terminal } from "./terminal.ts";

/**
 * Reads the rules again at every SIGHUP, and puts them in the place of those in force. Where they do not load, that is told,
 * and the rules stay as they are. The answer takes the listener away.
 */
export function reloadOnHangup(
  live: LiveRules,
  load: () => Promise<RuleSet>,
  terminal: Terminal,
): () => void {
  let running = false;
  let again = false;
  const reload = async (): Promise<void> => {
    again = true;
    if (running) return;
    running = true;
    while (again) {
      again = false;
      await replace(live, load, terminal);
    }
    running = false;
  };
  const listener = (): void => void reload();
  process.on("SIGHUP", listener);
  return () => void process.off("SIGHUP", listener);
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
