import type { Credentials, Event } from "@sentrytap/events";
import type { Budget, Held } from "./budget.ts";
import type { Call } from "./call-pairs.ts";
import type { DescriptorTable } from "./descriptor-table.ts";
import type { Entered } from "./entered.ts";
import type { LiveProcess } from "./live-process.ts";
import { weightOf } from "./text.ts";
import { ThreadState } from "./thread-state.ts";

/** What a message says of where it happened. */
type Context = NonNullable<Event["context"]>;

/** A thread: what changes in place. What events carry away is its {@link LiveThread.current | current} state. */
export class LiveThread {
  readonly tid: number;
  readonly process: LiveProcess;
  startTimeNs: bigint | undefined;
  name: string | undefined;
  credentials: Credentials | undefined;
  /** Its last event was the enter of a call, which has told its context: the exit has nothing to add. */
  contextIsFresh = false;
  /** The Sentry has told its exec, whose exit is still to come: until then events have the old name. */
  execTold = false;
  /** Its name is that of a file which may have been called by another. */
  nameIsGuess = false;
  /** The call that it is in, by decoded and by raw messages; what {@link CallPairs} pairs enters and exits by. */
  began: Call | undefined = undefined;
  beganRaw: Call | undefined = undefined;
  /** When its last call began, in nanoseconds; 0 where the session collects no time, -1 before the first. */
  lastTimeNs = -1;
  /** Whether the context that was taken in last told all that a session can ask for of calls. */
  toldAll = false;
  /** The number of that context, 0 where the thread has changed since, and how often the process had changed by then. */
  #toldId = 0;
  #toldChanges = 0;
  readonly #budget: Budget;
  /** Its own descriptors, where it does not share those of its process. */
  #descriptors: DescriptorTable | undefined;
  #entered: Entered | undefined;
  #execPath: string | undefined;
  /** What the budget bears of it; most often nothing ever. */
  #held: Held | undefined;
  #state: ThreadState | undefined;
  /** How often the process had changed when that was made. */
  #stateChanges = 0;

  constructor(
    process: LiveProcess,
    tid: number,
    name: string | undefined,
    credentials: Credentials | undefined,
    startTimeNs: bigint | undefined,
    budget: Budget,
    descriptors: DescriptorTable | undefined,
  ) {
    this.process = process;
    this.tid = tid;
    this.name = name;
    this.credentials = credentials;
    this.startTimeNs = startTimeNs;
    this.#budget = budget;
    this.#descriptors = descriptors;
    this.#entered = undefined;
    this.#execPath = undefined;
    this.#held = undefined;
    this.#state = undefined;
  }

  get entered(): Entered | undefined {
    return this.#entered;
  }

  set entered(entered: Entered | undefined) {
    this.#entered = entered;
    this.#weigh();
  }

  /** The program of the last execve that it began. */
  get execPath(): string | undefined {
    return this.#execPath;
  }

  set execPath(path: string | undefined) {
    this.#execPath = path;
    this.#weigh();
  }

  /** The descriptors that it uses. */
  get descriptors(): DescriptorTable {
    return this.#descriptors ?? this.process.descriptors;
  }

  /** What a new thread of its process uses, where that is not what the process does. */
  descriptorsForThread(shared: boolean): DescriptorTable | undefined {
    return shared ? this.#descriptors?.share() : this.descriptors.fork();
  }

  /** What a new process uses. */
  descriptorsForProcess(shared: boolean): DescriptorTable {
    return shared ? this.descriptors.share() : this.descriptors.fork();
  }

  /** Descriptors of its own from now on: unshare(2) with CLONE_FILES. */
  unshareDescriptors(): void {
    const { process } = this;
    if (this.#descriptors !== undefined) this.#descriptors = this.#descriptors.unshare();
    else if (process.threads.size === 1) process.descriptors = process.descriptors.unshare();
    else this.#descriptors = process.descriptors.fork();
  }

  /** Its descriptors are those of the whole process from now on, and of no other: what an exec does. */
  claimDescriptors(): void {
    const { process } = this;
    if (this.#descriptors !== undefined) {
      process.descriptors.release();
      process.descriptors = this.#descriptors;
      this.#descriptors = undefined;
    }
    process.descriptors = process.descriptors.unshare();
  }

  /** It has ended, or makes way for another with its id. */
  release(): void {
    this.#execPath = undefined;
    this.entered = undefined;
    this.#descriptors?.release();
    this.#descriptors = undefined;
  }

  /** It is `thread` under another id: what that was in the midst of, it is. */
  goOnAs(thread: LiveThread): void {
    this.execTold = thread.execTold;
    this.nameIsGuess = thread.nameIsGuess;
    this.began = thread.began;
    this.beganRaw = thread.beganRaw;
    this.lastTimeNs = thread.lastTimeNs;
    this.execPath = thread.execPath;
    this.entered = thread.entered;
  }

  get isLeader(): boolean {
    return this.tid === this.process.pid;
  }

  /** Whether its name is that of the process: the leader's, unless that is dying for another thread's exec. */
  get namesProcess(): boolean {
    return this.isLeader && this.process.newLeader === undefined;
  }

  /** The thread and its process as they are now. */
  get current(): ThreadState {
    const state = this.#state;
    const { changes } = this.process;
    if (state !== undefined && this.#stateChanges === changes) return state;
    this.#stateChanges = changes;
    const current = new ThreadState(this);
    // What is kept here outlives what the process is: nothing that the budget would have to bear.
    const { cwd, root } = current.process;
    this.#state = weightOf(cwd) + weightOf(root) === 0 ? current : undefined;
    return current;
  }

  /** Takes down that all of `context` has been taken in, see {@link isTold}. */
  noteTold({ sharedId }: Context, all: boolean): void {
    this.#toldId = sharedId;
    this.#toldChanges = this.process.changes;
    this.toldAll = all;
  }

  /** Whether `context` says what the last one said, and nothing of that has changed since: it has nothing to tell. */
  isTold({ sharedId }: Context): boolean {
    const { process } = this;
    return (
      sharedId === this.#toldId &&
      sharedId !== 0 &&
      process.changes === this.#toldChanges &&
      !process.sharesDirectories
    );
  }

  change(name: string | undefined, credentials: Credentials | undefined): void {
    this.#toldId = 0;
    this.name = name;
    this.credentials = credentials;
    this.#state = undefined;
  }

  /** Has the budget bear the paths that are kept of it. */
  #weigh(): void {
    const weight = weightOf(this.#entered?.path) + weightOf(this.#execPath);
    if (weight === 0 && this.#held === undefined) return;
    this.#held ??= { bytes: 0, forget: () => this.#forget() };
    this.#budget.charge(this.#held, weight - this.#held.bytes);
  }

  #forget(): void {
    this.#entered = undefined;
    this.#execPath = undefined;
  }
}
