import { parseProcfs, type Tracker } from "@sentrytap/state";
import type { Message } from "@sentrytap/wire";
import type { RunscProcess } from "../driver/runsc-process.ts";
import type { Seeded } from "./attach-events.ts";
import { HeldFacts } from "./held-facts.ts";

/** A connected sandbox, as its messages carry it. */
type Connected = Message["sandbox"];

/** What a sandbox's messages wait for. */
interface Hold {
  readonly facts: HeldFacts;
  readonly promise: Promise<void>;
  readonly release: () => void;
  readonly timer: NodeJS.Timeout;
}

/** Has the messages of sandboxes wait, each until what ran in it before its session is known. */
export class Seeding {
  readonly #tracker: Pick<Tracker, "seed">;
  readonly #timeoutMs: number;
  readonly #holds = new WeakMap<Connected, Hold>();

  constructor(tracker: Pick<Tracker, "seed">, timeoutMs: number) {
    this.#tracker = tracker;
    this.#timeoutMs = timeoutMs;
  }

  /** What `message` waits for. */
  readonly ready = (message: Message): Promise<void> | undefined => {
    const hold = this.#holds.get(message.sandbox);
    if (hold === undefined) return undefined;
    hold.facts.note(message);
    return hold.promise;
  };

  /** From here on the messages of `sandbox` wait: for the seed, or until the time is up. */
  hold(sandbox: Connected): void {
    let release = (): void => {};
    const promise = new Promise<void>((resolve) => {
      release = resolve;
    });
    const timer = setTimeout(() => this.release(sandbox), this.#timeoutMs);
    this.#holds.set(sandbox, { facts: new HeldFacts(), promise, release, timer });
  }

  /**
   * Brings in what `runsc trace procfs` printed of a sandbox after its session had begun, and who was there before. Then its messages
   * wait no longer.
   *
   * @throws {TraceError} `ERR_PROCFS` where it is no dump.
   */
  seed(sandbox: Connected, printed: string, listed: readonly RunscProcess[]): Seeded {
    try {
      const dump = parseProcfs(printed);
      const { processes, skipped } = this.#holds.get(sandbox)?.facts.atBegin(dump, listed) ?? dump;
      this.#tracker.seed(sandbox, { processes, skipped });
      return { processes: processes.length, skipped };
    } finally {
      this.release(sandbox);
    }
  }

  /** The messages of `sandbox` wait no longer. */
  release(sandbox: Connected): void {
    const hold = this.#holds.get(sandbox);
    if (hold === undefined) return;
    this.#holds.delete(sandbox);
    clearTimeout(hold.timer);
    hold.release();
  }
}
