import type { Budget, Held } from "./budget.ts";
import type { DescriptorTable } from "./descriptor-table.ts";
import type { Directories } from "./directories.ts";
import { forgottenImage } from "./image.ts";
import type { LiveThread } from "./live-thread.ts";
import { type ProcessFields, ProcessState } from "./process-state.ts";
import { weightOf } from "./text.ts";

/**
 * Generations over a process that are looked at for what its event tells of them all. Over a parent that is found late a
 * circle is looked for in so many; more are believed to be one.
 */
const maxGenerations = 1_000;

/** Ancestors among which a leader is looked for. */
const maxAncestors = 100;

/** Finds a process among the living and those remembered. */
export type FindProcess = (pid: number) => LiveProcess | undefined;

/**
 * A process: the one thing about it that changes in place. What events carry away is `current`, a {@link ProcessState}
 * that never does.
 */
export class LiveProcess {
  // What every event looks at comes first, so that it lies together.
  descriptors: DescriptorTable;
  current: ProcessState;
  /** How often {@link current} has changed. */
  changes = 0;
  /** One of its threads has called exec, which kills all others: their ends may not have been told yet. */
  isExecing = false;
  /** Its directories, where other processes have the same. */
  #shared: { -readonly [Key in keyof Directories]: Directories[Key] } | undefined = undefined;
  readonly threads: Set<number> = new Set();
  /** The thread, not the leader, whose exec is about to make it the leader. */
  newLeader: LiveThread | undefined;
  /** The id that the leader had when its exec made it that. The exec's own exit may still come under it. */
  formerTid: number | undefined;
  /** The leader as it was when it ended. */
  endedLeader: LiveThread | undefined;
  /** It was let go for lack of room, and may well live. */
  evicted = false;
  /** Some of its threads were let go for lack of room at one time or another, and may be heard of again. */
  lostThreads = false;
  /** Processes that have it for their parent, and live. */
  childCount = 0;
  readonly #budget: Budget;
  /** What the budget bears of its directories; most often nothing ever. */
  #held: Held | undefined = undefined;
  readonly #find: FindProcess;
  #parent: LiveProcess | undefined;
  /** Its parent counts it. */
  #isCounted = false;
  /** No parent is to be looked for any more. */
  #orphan = false;
  /** Nobody is to find it any more. */
  forgotten = false;

  constructor(fields: ProcessFields, descriptors: DescriptorTable, find: FindProcess, budget: Budget) {
    this.descriptors = descriptors;
    this.newLeader = undefined;
    this.formerTid = undefined;
    this.endedLeader = undefined;
    this.#find = find;
    this.#budget = budget;
    fields.image.retain(budget);
    this.current = new ProcessState(this, fields);
    this.#weigh();
    // Nobody can descend from what has just been made: there is no circle to look for.
    this.#parent = this.#findParent();
    this.#count();
  }

  get pid(): number {
    return this.current.fields.pid;
  }

  /** Whether it has a thread left. */
  get isAlive(): boolean {
    return this.threads.size > 0;
  }

  /** The parent, while it lives or is remembered. One that is seen later than its child is found then. */
  get parent(): LiveProcess | undefined {
    if (this.#orphan) return undefined;
    if (this.#parent === undefined) {
      this.#parent = this.#findLateParent();
      if (this.isAlive) this.#count();
    }
    if (this.#parent?.forgotten) this.#becomeOrphan();
    return this.#parent;
  }

  /** Its parent while that lives, then who has adopted it. */
  get currentParent(): LiveProcess | undefined {
    const { parent } = this;
    const { adopterPid, initPid } = this.current.fields;
    if (adopterPid !== undefined) return this.#find(adopterPid);
    if (parent === undefined || parent.isAlive || parent.evicted) return parent;
    const init = initPid === undefined || initPid === this.pid ? undefined : this.#find(initPid);
    return init?.isAlive === true ? init : undefined;
  }

  /** Who leads its session or process group; where that one is forgotten, the eldest of its line who is in it. */
  leader(of: "sid" | "pgid"): LiveProcess | undefined {
    const id = this.current.fields[of];
    if (id === undefined) return undefined;
    const found = this.#find(id);
    if (found?.current.fields[of] === id) return found;
    let eldest: LiveProcess = this;
    let each = this.parent;
    for (let i = 0; each?.current.fields[of] === id && i < maxAncestors; i++) {
      eldest = each;
      each = each.parent;
    }
    return eldest;
  }

  /** Its last thread has ended. */
  end(): void {
    if (this.#isCounted && this.#parent !== undefined) this.#parent.childCount--;
    this.#isCounted = false;
  }

  /** It turns out to live after all. */
  revive(): void {
    this.evicted = false;
    this.#count();
  }

  /** Its container is known now, and with it that of its ancestors: nobody is made in another one (gVisor's kernel/task_clone.go). */
  joinContainer(containerId: string): void {
    let each: LiveProcess | undefined = this;
    for (let i = 0; each !== undefined && i < maxGenerations; i++) {
      if (each.current.fields.containerId !== undefined) return;
      each.change({ containerId });
      each = each.parent;
    }
  }

  /** An event tells that `parentPid` is its parent now. */
  adopt(parentPid: number): void {
    const { fields } = this.current;
    if (parentPid === fields.pid) return;
    if (fields.parentPid === undefined) this.change({ parentPid });
    else if (parentPid !== fields.adopterPid) this.change({ adopterPid: parentPid });
  }

  change(fields: Partial<ProcessFields>): void {
    const before = this.current.fields;
    fields.image?.retain(this.#budget);
    const after = { ...before, ...fields };
    this.current = new ProcessState(this, after);
    this.changes++;
    this.#weigh();
    if (this.#shared !== undefined) {
      this.#shared.cwd = after.cwd;
      this.#shared.root = after.root;
    }
    if (fields.image !== undefined) before.image.release(this.#budget);
  }

  /** Has the same directories as `other` from now on, whoever of the two moves (CLONE_FS). */
  shareDirectories(other: LiveProcess): void {
    const { cwd, root } = other.current.fields;
    other.#shared ??= { cwd, root };
    this.#shared = other.#shared;
  }

  /** Whether another process may move it. */
  get sharesDirectories(): boolean {
    return this.#shared !== undefined;
  }

  /** Moves on its own from now on: unshare(2) with CLONE_FS. */
  unshareDirectories(): void {
    this.#shared = undefined;
  }

  /** Goes where those have gone that it shares its directories with. */
  moveAlong(): void {
    if (this.#shared === undefined) return;
    const { cwd, root } = this.#shared;
    const { fields } = this.current;
    if (cwd !== fields.cwd || root !== fields.root) this.change({ cwd, root });
  }

  /** Lets it go: its children know it only to find it gone. */
  forget(): void {
    this.change({ image: forgottenImage });
    if (this.#held !== undefined) this.#budget.release(this.#held);
    this.forgotten = true;
    this.#becomeOrphan();
  }

  #count(): void {
    if (this.#parent === undefined || this.#isCounted) return;
    this.#parent.childCount++;
    this.#isCounted = true;
  }

  #findParent(): LiveProcess | undefined {
    const { parentPid } = this.current.fields;
    return parentPid === undefined ? undefined : this.#find(parentPid);
  }

  /** Whatever a Sentry says, nobody is its own ancestor, and looking for that takes no time that grows. */
  #findLateParent(): LiveProcess | undefined {
    const parent = this.#findParent();
    let generations = 0;
    for (let each = parent; each !== undefined; each = each.#parent) {
      if (each === this || ++generations > maxGenerations) {
        this.#becomeOrphan();
        return undefined;
      }
    }
    return parent;
  }

  /** Has the budget bear the directories. */
  #weigh(): void {
    const { cwd, root } = this.current.fields;
    const weight = weightOf(cwd) + weightOf(root);
    if (weight === 0 && this.#held === undefined) return;
    this.#held ??= { bytes: 0, forget: () => this.#forgetDirectories() };
    this.#budget.charge(this.#held, weight - this.#held.bytes);
  }

  #forgetDirectories(): void {
    const { cwd, root } = this.current.fields;
    this.change({
      cwd: weightOf(cwd) > 0 ? undefined : cwd,
      root: weightOf(root) > 0 ? undefined : root,
    });
  }

  #becomeOrphan(): void {
    this.#orphan = true;
    this.#parent = undefined;
  }
}
