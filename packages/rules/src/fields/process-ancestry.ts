import type { Process } from "@sentrytap/state";

/** Ancestors looked at, at most: a loop of parents must not hang us. */
export const maxGenerations = 100;

/** Those who made a process, and who made them, nearest first. */
export function* ancestors(process: Process): Generator<Process, void> {
  let ancestor = process.parent;
  for (let i = 0; ancestor !== undefined && i < maxGenerations; i++) {
    yield ancestor;
    ancestor = ancestor.parent;
  }
}
