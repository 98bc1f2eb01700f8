import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished } from "vitest";

const bin = fileURLToPath(new URL("../bin/sentrytap.js", import.meta.url));

/** The command, as it goes on. */
export interface Started {
  readonly child: ChildProcess;
  /** What it has said on stderr so far. */
  readonly said: () => string;
  /** What it has printed so far. */
  readonly printed: () => string;
  readonly ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
}

/** Whether somebody listens at `path`: its file is there a moment before that. See proc_net_unix(5). */
function isListening(path: string): boolean {
  const acceptsConnections = "00010000";
  return readFileSync("/proc/net/unix", "utf8")
    .split("\n")
    .some((line) => line.endsWith(` ${path}`) && line.split(/\s+/)[3] === acceptsConnections);
}

/** The built command as a process of its own, listening at `socket` when this resolves. */
export async function start(socket: string, ...args: readonly string[]): Promise<Started> {
  const child = spawn(process.execPath, [bin, ...args, "--listen", socket], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL")); // where the test does not come to ending it
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
  await expect.poll(() => isListening(socket) || child.exitCode !== null, { timeout: 15_000 }).toBe(true);
  return { child, said: () => stderr, printed: () => stdout, ended };
}
