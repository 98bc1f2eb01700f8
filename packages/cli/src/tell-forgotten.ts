import { printable, type Sandbox, type TrackStats } from "sentrytap";
import type { Terminal } from "./terminal.ts";

/** Says what had to be forgotten of a sandbox, so that alerts may lack what they name, or be missing. */
export function tellForgotten(sandbox: Sandbox, stats: TrackStats | undefined, terminal: Terminal): void {
  if (stats === undefined) return;
  const { evictedThreads, evictedDescriptors, evictedEnded, forgotten, cutPrograms } = stats;
  const figures = { evictedThreads, evictedDescriptors, evictedEnded, forgotten, cutPrograms };
  const told = Object.entries(figures).filter(([, count]) => count > 0);
  if (told.length === 0) return;
  const list = told.map(([name, count]) => `${name} ${count}`).join(", ");
  terminal.warn(`sandbox ${printable(sandbox.id)} did more than is kept in mind: ${list}`);
}
