import type { SocketAddress } from "@sentrytap/events";
import type { Budget, Held } from "./budget.ts";
import type { Descriptor } from "./descriptor.ts";
import type { Call } from "./gaps.ts";
import type { LiveProcess } from "./live-process.ts";
import type { ProcessState } from "./process-state.ts";
import { weightOf } from "./text.ts";
import type { Credentials, Thread } from "./thread.ts";

/** A thread at one moment. */
export class ThreadState implements Thread {
  declare readonly tid: number;
  declare readonly name: string | undefined;
  declare readonly credentials: Credentials | undefined;
  declare readonly startTimeNs: bigint | undefined;
  declare readonly process: ProcessState;

  constructor({ tid, name, credentials, startTimeNs, process }: LiveThread) {
    this.tid = tid;
    this.name = name;
    this.credentials = credentials;
    this.startTimeNs = startTimeNs;
    this.process = process.current;
  }

  get pid(): number {
    return this.process.pid;
  }
}

/**
 * What the enter of a call leaves for its exit, by which time another thread may have changed what it was about: the
 * memory that it read a path or address from, or what the descriptor's number stands for.
 */
export interface Entered {
  readonly type: string;
  /** The descriptor that the call was given, if it takes one. */
  readonly fd: number | undefined;
  readonly path: string | undefined;
  readonly address: SocketAddress | undefined;
  readonly descriptor: Descriptor | undefined;
}

/** A thread: what changes in place. What events carry away is its {@link LiveThread.current | current} state. */
export class LiveThread {
  readonly tid: number;
  readonly process: LiveProcess;
  readonly startTimeNs: bigint | undefined;
  name: string | undefined;
  credentials: Credentials | undefined;
  /** Its last event was the enter of a call, which has told its context: the exit has nothing to add. */
  contextIsFresh = false;
  /** The Sentry has told its exec, whose exit is still to come: until then events have the old name. */
  execTold = false;
  /** Its name is that of a file which may have been called by another. */
  nameIsGuess = false;
  /** The call that it is in, by decoded and by raw messages; what {@link Gaps} pairs enters and exits by. */
  began: Call | undefined = undefined;
  beganRaw: Call | undefined = undefined;
  /** The program of the last execve that it began. */
  execPath: string | undefined = undefined;
  /** When its last call began, in nanoseconds; 0 where the session collects no time, -1 before the first. */
  lastTimeNs = -1;
  readonly #budget: Budget;
  #entered: Entered | undefined;
  /** What the budget bears of it; most often nothing ever. */
  #held: Held | undefined;
  #state: ThreadState | undefined;

  constructor(
    process: LiveProcess,
    tid: number,
    name: string | undefined,
    credentials: Credentials | undefined,
    startTimeNs: bigint | undefined,
    budget: Budget,
  ) {
    this.process = process;
    this.tid = tid;
    this.name = name;
    this.credentials = credentials;
    this.startTimeNs = startTimeNs;
    this.#budget = budget;
    this.#entered = undefined;
    this.#held = undefined;
    this.#state = undefined;
  }

  get entered(): Entered | undefined {
    return this.#entered;
  }

  set entered(entered: Entered | undefined) {
    this.#entered = entered;
    const weight = weightOf(entered?.path);
    if (weight === 0 && this.#held === undefined) return;
    this.#held ??= { bytes: 0, forget: () => (this.#entered = undefined) };
    this.#budget.charge(this.#held, weight - this.#held.bytes);
  }

  get isLeader(): boolean {
    return this.tid === this.process.pid;
  }

  /** The thread and its process as they are now. */
  get current(): ThreadState {
    const state = this.#state;
    if (state !== undefined && state.process === this.process.current) return state;
    const current = new ThreadState(this);
    // What is kept here outlives what the process is: nothing that the budget would have to bear.
    this.#state = weightOf(current.process.cwd) === 0 ? current : undefined;
    return current;
  }

  change(name: string | undefined, credentials: Credentials | undefined): void {
    this.name = name;
    this.credentials = credentials;
    this.#state = undefined;
  }
}
