import { realpath, stat } from "node:fs/promises";
import { TraceError } from "@sentrytap/core";
import { findRoots } from "../driver/find-roots.ts";
import { createRunsc, type Runsc } from "../driver/runsc.ts";
import type { RunscContainer } from "../driver/runsc-container.ts";
import { RunscError } from "../driver/runsc-error.ts";
import { Slots } from "./slots.ts";

/** Containers that are asked at once, each by a runsc. */
const askedAtOnce = 8;

/** Where sandboxes are looked for. */
export interface FindOptions {
  /**
   * The program; or several, where sandboxes of several releases run, each of which only its own release can talk to. The newest
   * comes first: an older one takes newer sandboxes for stopped. Default: what {@link findRunsc} finds.
   */
  readonly runsc?: string | readonly string[];
  /** Folders in which runsc keeps the state of containers. Default: what {@link findRoots} finds, each time anew. */
  readonly roots?: readonly string[];
}

/** A sandbox that runs. */
export interface FoundSandbox {
  /** Without symbolic links. */
  readonly root: string;
  /** Of its first container, and so its own. */
  readonly id: string;
  /** Its process on this machine. */
  readonly pid: number;
  /** The ids of its containers, of which there are several in a pod. */
  readonly containers: readonly string[];
  /** What talks to it. */
  readonly runsc: Runsc;
}

/** What one look finds. */
export interface FoundSandboxes {
  readonly sandboxes: readonly FoundSandbox[];
  /** Why something could not be looked into: where roots are, or one of them with one of the programs. */
  readonly failures: readonly TraceError[];
}

/** Looks for the sandboxes that run now. */
export type Finder = () => Promise<FoundSandboxes>;

/**
 * The sandboxes that run now. Further containers of a pod are no sandboxes: they are in that of the first.
 *
 * @throws {TraceError} `ERR_RUNSC` where no program is given and none is found, `ERR_INVALID_ARGUMENT` where a program or root is
 * no path.
 *
 * @example
 * const { sandboxes } = await findSandboxes();
 * for (const { root, id } of sandboxes) console.log(root, id);
 */
export async function findSandboxes(options: FindOptions = {}): Promise<FoundSandboxes> {
  return createFinder(options)();
}

/** {@link findSandboxes} again and again. Throws as that does, at once. */
export function createFinder({ runsc, roots }: FindOptions): Finder {
  const programs = runsc === undefined ? [{}] : [runsc].flat().map((path) => ({ path }));
  if (programs.length === 0)
    throw new TraceError("ERR_INVALID_ARGUMENT", "runsc must name a program at least");
  const drivers = new Map<string, readonly Runsc[]>();
  const driversOf = (root: string): readonly Runsc[] => {
    const made = drivers.get(root) ?? programs.map((program) => createRunsc({ ...program, root }));
    drivers.set(root, made);
    return made;
  };
  for (const root of roots ?? ["/"]) driversOf(root); // what is wrong shows now
  return async () => {
    const failures: TraceError[] = [];
    const note = (error: unknown): readonly never[] => {
      // Calls of runsc throw nothing else.
      failures.push(error as TraceError);
      return [];
    };
    const sandboxes: FoundSandbox[] = [];
    for (const root of roots ?? (await findRoots().catch(note)).map(({ path }) => path)) {
      const listed: Listed[] = [];
      for (const driver of driversOf(root)) {
        const containers = await containersOf(driver, note);
        listed.push(...containers.flatMap((container) => runningOf(driver, container, containers)));
      }
      sandboxes.push(...(await withTheirOwn(await realpath(root).catch(() => root), listed)));
    }
    return { sandboxes, failures };
  };
}

/** Runsc asks every sandbox for its list. Where one does not answer, each is asked by itself, so that it hides no other. */
export async function containersOf(
  driver: Pick<Runsc, "list" | "ids" | "state">,
  note: (error: unknown) => readonly never[],
): Promise<readonly RunscContainer[]> {
  try {
    return await driver.list();
  } catch (error) {
    if (!(error instanceof RunscError && error.reason === "timed-out")) return note(error);
    const slots = new Slots(askedAtOnce);
    const ids = await driver.ids().catch(note);
    const asked = ids.map((id) => slots.run(() => driver.state(id)).catch(note));
    return (await Promise.all(asked)).flat();
  }
}

type Listed = Omit<FoundSandbox, "root">;

function runningOf(
  runsc: Runsc,
  { id, sandboxId, pid, status }: RunscContainer,
  all: readonly RunscContainer[],
): readonly Listed[] {
  if (pid === undefined || status === "creating" || status === "stopped") return [];
  // An annotation can say what it likes: who is in another's sandbox has its process.
  const isFurther = sandboxId !== id && all.some((each) => each.id === sandboxId && each.pid === pid);
  const containers = all.filter((each) => each.pid === pid).map((each) => each.id);
  return isFurther ? [] : [{ id, pid, runsc, containers }];
}

/** Each sandbox once: of the programs that list it, with that which it runs. */
async function withTheirOwn(root: string, listed: readonly Listed[]): Promise<readonly FoundSandbox[]> {
  const found = new Map<string, FoundSandbox>();
  for (const each of listed) {
    if (!found.has(each.id) || (await runs(each.pid, each.runsc.path))) found.set(each.id, { root, ...each });
  }
  return [...found.values()];
}

/** Whether a process runs the program at `path`. What its own link to it says is not believed, and never run. */
async function runs(pid: number, path: string): Promise<boolean> {
  try {
    const [own, given] = await Promise.all([stat(`/proc/${pid}/exe`), stat(path)]);
    return own.dev === given.dev && own.ino === given.ino;
  } catch {
    return false;
  }
}
