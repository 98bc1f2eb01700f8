import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A program that runs beside the bench, and ends with it. */
export interface Child {
  /** Its first line. */
  readonly ready: Promise<string>;
  /** Its last line, once it has ended; rejects where it failed. */
  readonly result: Promise<string>;
}

const running = new Set<ChildProcess>();

process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** Has `child` end with the bench, where it has not ended before. */
export function endWithBench(child: ChildProcess): void {
  running.add(child);
  child.once("exit", () => running.delete(child));
}

/** Starts `program`. Its standard input ends with the bench, whatever that ends by. */
export function startChild(program: string, args: readonly string[]): Child {
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
  endWithBench(child);
  const ended = once(child, "exit");
  const lines = createInterface(child.stdout);
  let last = "";
  lines.on("line", (line) => {
    last = line;
  });
  const result = Promise.all([ended, once(lines, "close")]).then(([[code, signal]]) => {
    if (code !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${signal ?? `code ${code}`}`);
    return last;
  });
  // One that ends without a line is never ready.
  const ready = Promise.race([once(lines, "line").then(([line]) => String(line)), result]);
  for (const each of [ready, result]) each.catch(() => undefined); // for whoever awaits it
  return { ready, result };
}
