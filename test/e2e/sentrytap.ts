// The command as its users run it: built, as a process of its own.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type CommandResult, launch } from "./command.ts";

const program = fileURLToPath(new URL("../../packages/cli/bin/sentrytap.js", import.meta.url));

/** Runs the command to its end. */
export function sentrytap(...args: readonly string[]): Promise<CommandResult> {
  const { PATH = "" } = process.env;
  return launch(process.execPath, [program, ...args], { env: { PATH }, timeoutMs: 20_000 }).ended;
}

/** How long what is to come may take, in milliseconds. */
const waitMs = 10_000;

/** An alert as `detect` prints it. */
export interface PrintedAlert {
  readonly rule: string;
  readonly output: string;
  readonly output_fields: Readonly<Record<string, unknown>>;
}

/** `sentrytap detect`, which goes on until it is stopped. */
export interface Detecting {
  /** What it has printed so far. */
  readonly alerts: readonly PrintedAlert[];
  /** What it has said so far. */
  readonly said: () => string;
  /** Resolves with the first alert that is meant, one that has been printed or one that comes soon. */
  alert(isMeant: (alert: PrintedAlert) => boolean): Promise<PrintedAlert>;
  /** Ends it, in order unless told; resolves when it has ended. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const running = new Set<() => void>();

process.once("exit", () => {
  for (const end of running) end();
});

/** Starts `sentrytap detect --listen` with further arguments; resolves when it listens. */
export async function startDetect(socket: string, ...args: readonly string[]): Promise<Detecting> {
  const child = spawn(process.execPath, [program, "detect", "--listen", socket, "--format=json", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const end = (): void => void child.kill("SIGKILL");
  running.add(end);
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  void ended.then(() => running.delete(end));
  const alerts: PrintedAlert[] = [];
  let [rest, said] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    alerts.push(...lines.map((line) => JSON.parse(line) as PrintedAlert)); // its users rely on this shape, too
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    said += chunk;
  });
  const soon = async <T>(find: () => T | undefined, what: string): Promise<T> => {
    for (const limit = Date.now() + waitMs; Date.now() < limit; await sleep(50)) {
      const found = find();
      if (found !== undefined) return found;
    }
    const seen = alerts.map(({ output }) => output).join("\n");
    throw new Error(`${what} within ${waitMs} ms\n${said}\n${seen}`);
  };
  await soon(() => (listens(socket) ? true : undefined), "it does not listen");
  return {
    alerts,
    said: () => said,
    alert: (isMeant) => soon(() => alerts.find(isMeant), "there is no such alert"),
    stop: async (signal = "SIGTERM") => {
      child.kill(signal);
      await ended;
    },
  };
}

/** Whether somebody listens there: a socket that was left behind is still a file. */
function listens(path: string): boolean {
  const listening = "00010000";
  return readFileSync("/proc/net/unix", "utf8")
    .split("\n")
    .some((line) => line.endsWith(` ${path}`) && line.split(" ")[3] === listening);
}
