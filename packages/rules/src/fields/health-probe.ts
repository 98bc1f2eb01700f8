import type { Process } from "@sentrytap/state";
import type { HealthProbe } from "./container-metadata.ts";
import { ancestors } from "./process-ancestry.ts";

/** A probe as one text: the command's words with spaces between them. */
export function probeText(probe: HealthProbe | "NONE" | undefined): string | undefined {
  return probe === undefined || probe === "NONE" ? probe : [probe.exe, ...probe.args].join(" ");
}

/**
 * Whether `process` runs the probe's command, or somebody does who made it. Nobody in the container makes a probe, so what
 * descends from its first process is none: a program in the container cannot pass for one by its arguments. `undefined` where that
 * cannot be told: no point tells the program that an exec session begins with, but each that it then becomes or starts.
 */
export function isOfProbe(process: Process, probe: HealthProbe | "NONE" | undefined): boolean | undefined {
  if (probe === undefined) return undefined;
  if (probe === "NONE") return false;
  let answer: boolean | undefined = false;
  for (const one of [process, ...ancestors(process)]) {
    if (one.isFirst === true && one.isExecSession !== true) return false;
    if (one.args === undefined) answer ||= undefined;
    else if (runs(one, probe)) answer = true;
  }
  return answer;
}

/** A shell that is given one command may have it take its own place. */
function runs({ exe = "", args = [] }: Process, probe: HealthProbe): boolean {
  const words = [exe, ...args];
  const given = [probe.exe, ...probe.args];
  if (words.length === given.length && words.every((word, i) => word === given[i])) return true;
  return probe.args[0] === "-c" && probe.args.length === 2 && words.join(" ") === probe.args[1];
}
