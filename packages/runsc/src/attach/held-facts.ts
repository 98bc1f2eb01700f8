import { createHash } from "node:crypto";
import type { ProcfsDump, ProcfsProcess } from "@sentrytap/state";
import type { Message } from "@sentrytap/wire";

/** So many facts are kept: what comes in the moment before a dump is there is far less. */
const maxFacts = 10_000;

/**
 * What the first messages of a session tell that bears on a dump which was taken after they were sent and is brought in before they
 * are looked at: of what they tell themselves the dump must not tell early.
 */
export class HeldFacts {
  readonly #born = new Set<number>();
  readonly #begun = new Set<string>();

  note(message: Message): void {
    if (this.#born.size + this.#begun.size >= maxFacts) return;
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

  /** The dump without processes whose birth was told since, and without programs whose exec was. */
  before({ processes, skipped }: ProcfsDump): ProcfsDump {
    return {
      processes: processes.filter(({ pid }) => !this.#born.has(pid)).map((each) => this.#beforeExec(each)),
      skipped,
    };
  }

  #beforeExec(process: ProcfsProcess): ProcfsProcess {
    const { pid, args } = process;
    if (args === undefined || !this.#begun.has(program(pid, args))) return process;
    return { ...process, name: undefined, exepath: undefined, args: undefined, env: undefined };
  }
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
