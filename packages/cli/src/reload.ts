import { type LoadedRules, TraceError } from "sentrytap";
import type { Terminal } from "./terminal.ts";

/** Reads rules again at every SIGHUP, from when it is made until it is stopped. */
export interface Reloading {
  /**
   * From now on `replace` reads rules again and puts them in the place of those in force. A signal that came before takes effect
   * now.
   */
  by(replace: () => Promise<LoadedRules>): void;
  /** SIGHUP ends the process again, as it does by itself. */
  stop(): void;
}

/** Where the rules do not load, that is told, and those that were there before stay in force. */
export function reloadOnHangup(terminal: Terminal): Reloading {
  let replace: (() => Promise<LoadedRules>) | undefined;
  let running = false;
  let due = false;
  const reload = async (): Promise<void> => {
    if (replace === undefined || running) return;
    running = true;
    while (due) {
      due = false;
      await tellReplacing(replace, terminal);
    }
    running = false;
  };
  const listener = (): void => {
    due = true;
    void reload();
  };
  process.on("SIGHUP", listener);
  return {
    by(how) {
      replace = how;
      void reload();
    },
    stop() {
      process.off("SIGHUP", listener);
    },
  };
}

async function tellReplacing(replace: () => Promise<LoadedRules>, terminal: Terminal): Promise<void> {
  try {
    const { rules, enabled } = await replace();
    terminal.warn(`the rules were read again: ${enabled} of ${rules} are enabled`);
  } catch (error) {
    terminal.say(error instanceof TraceError ? error.message : String(error));
    terminal.warn("the rules were not replaced: those that were there before stay in force");
  }
}
