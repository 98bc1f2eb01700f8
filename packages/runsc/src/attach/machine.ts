import { readFileSync } from "node:fs";
import { kill } from "node:process";
import { isErrno } from "../is-errno.ts";
import { type Consumer, consumerOf } from "./consumer.ts";

/** What is asked of this machine's processes. */
export interface Machine {
  /** Who reads the session of the sandbox whose process it is. */
  consumerOf(pid: number): Promise<Consumer>;
  parentOf(pid: number): number | undefined;
  isRunning(pid: number): boolean;
}

export const thisMachine: Machine = { consumerOf, parentOf, isRunning };

/** By /proc/PID/stat, where the name in brackets can have anything in it. */
function parentOf(pid: number): number | undefined {
  try {
    const [, parent] = /\) \S ([0-9]+) [^)]*$/.exec(readFileSync(`/proc/${pid}/stat`, "latin1")) ?? [];
    return parent === undefined ? undefined : Number(parent);
  } catch {
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    kill(pid, 0);
    return true;
  } catch (error) {
    return isErrno(error, "EPERM");
  }
}
