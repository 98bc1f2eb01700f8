import type { Credentials } from "@sentrytap/events";
import type { Descriptor } from "./descriptor.ts";
import type { LiveThread } from "./live-thread.ts";
import type { ProcessState } from "./process-state.ts";
import type { Thread } from "./thread.ts";

/** A thread at one moment. */
export class ThreadState implements Thread {
  declare readonly tid: number;
  declare readonly name: string | undefined;
  declare readonly credentials: Credentials | undefined;
  declare readonly startTimeNs: bigint | undefined;
  declare readonly process: ProcessState;
  readonly #live: LiveThread;

  constructor(live: LiveThread) {
    this.#live = live;
    this.tid = live.tid;
    this.name = live.name;
    this.credentials = live.credentials;
    this.startTimeNs = live.startTimeNs;
    this.process = live.process.current;
  }

  get pid(): number {
    return this.process.pid;
  }

  descriptor(fd: number): Descriptor | undefined {
    return this.#live.descriptors.get(fd);
  }
}
