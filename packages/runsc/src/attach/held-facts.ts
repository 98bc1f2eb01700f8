import { createHash } from "node:crypto";
import type { ProcfsDump, ProcfsProcess } from "@sentrytap/state";
import type { Message } from "@sentrytap/wire";
import type { RunscProcess } from "../driver/runsc-process.ts";

/** So many facts are kept: what comes in the moment before a dump is there is far less. */
const maxFacts = 10_000;

/**
 * What the first messages of a session tell that bears on a dump which was made after they were sent, and is brought in before they
 * are looked at: the dump must not tell early what they tell, and lacks who ended meanwhile.
 */
export class HeldFacts {
  readonly #born = new Set<number>();
  readonly #begun = new Set<string>();
  /** Processes whose main thread was heard of. */
  readonly #heard = new Set<number>();

  note(message: Message): void {
    if (this.#born.size + this.#begun.size + this.#heard.size >= maxFacts) return;
    const { contextData } = message;
    if (contextData !== undefined && contextData.threadId === contextData.threadGroupId) {
      this.#heard.add(contextData.threadId);
    }
    switch (message.messageName) {
      case "MESSAGE_SENTRY_CLONE":
        if (message.createdThreadGroupId === message.createdThreadId) this.#born.add(message.createdThreadId);
        break;
      case "MESSAGE_SENTRY_EXEC":
        this.#begun.add(program(pidOf(message), message.argv));
        break;
      case "MESSAGE_SYSCALL_EXECVE":
        if (message.exit?.errornoNumber === 0) this.#begun.add(program(pidOf(message), message.argv));
        break;
    }
  }

  /**
   * What ran when the session began: of `dump` without those whose birth was told since, and without programs whose exec was; and
   * those of `listed`, which was made before the session began, that were heard of and are not in the dump.
   */
  atBegin({ processes, skipped }: ProcfsDump, listed: readonly RunscProcess[]): ProcfsDump {
    const dumped = processes
      .filter(({ pid }) => !this.#born.has(pid))
      .map((process) => this.#beforeExec(process));
    const known = new Set(dumped.map(({ pid }) => pid));
    const ended = listed.filter(({ pid }) => this.#heard.has(pid) && !this.#born.has(pid) && !known.has(pid));
    return { processes: [...dumped, ...ended.map(lineageOf)], skipped };
  }

  #beforeExec(process: ProcfsProcess): ProcfsProcess {
    const { pid, args } = process;
    if (args === undefined || !this.#begun.has(program(pid, args))) return process;
    return { ...process, name: undefined, exepath: undefined, args: undefined, env: undefined };
  }
}

/** All that is known of a process that ended before the dump. */
function lineageOf({ pid, parentPid }: RunscProcess): ProcfsProcess {
  return {
    pid,
    parentPid,
    pgid: undefined,
    sid: undefined,
    name: undefined,
    exepath: undefined,
    args: undefined,
    env: undefined,
    cwd: undefined,
    root: undefined,
    startTimeNs: undefined,
    credentials: undefined,
    descriptors: undefined,
  };
}

function pidOf({ contextData }: Message): number {
  return contextData?.threadGroupId || contextData?.threadId || 0;
}

/** Short, whatever the arguments: a part of their text would keep all of it. */
function program(pid: number, args: readonly string[]): string {
  return createHash("sha256")
    .update(`${pid}\0${args.join("\0")}`)
    .digest("base64");
}
