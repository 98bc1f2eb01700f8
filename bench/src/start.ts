import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { connect } from "@sentrytap/seqpacket";
import { encodeHandshake } from "@sentrytap/wire";
import { type BenchResult, median } from "./bench-result.ts";
import { endWithBench } from "./child.ts";
import { processFrames } from "./made-up-sandbox.ts";
import { benchRules } from "./rule-files.ts";

export const name = "start";

const command = fileURLToPath(new URL("../../packages/cli/bin/sentrytap.js", import.meta.url));
const starts = 9;
const sandboxes = 100;
const processes = 50;
/** After so long without work V8 has given back what it does not need: its memory reducer waits for eight seconds, twice. */
const restMs = 25_000;

/** What `sentrytap detect` costs until it listens, and the memory that it keeps: alone, and with sandboxes connected. */
export async function run(): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), "sentrytap-bench-"));
  const socket = join(folder, "s.sock");
  const cpuMs: number[] = [];
  try {
    for (let i = 1; i < starts; i++) {
      const started = await start(socket);
      cpuMs.push(started.cpuMs);
      await stop(started.child);
    }
    const { child, cpuMs: last } = await start(socket);
    cpuMs.push(last);
    await sleep(1_000);
    const soon = memoryOf(child);
    await sleep(restMs);
    const atRest = memoryOf(child);
    const connections = await Promise.all(Array.from({ length: sandboxes }, () => sandbox(socket)));
    await sleep(restMs);
    const connected = memoryOf(child);
    await Promise.all(connections.map((connection) => connection.close()));
    await stop(child);
    return {
      rows: [
        { what: "detect: CPU until it listens", value: median(cpuMs), unit: "ms", reach: { atMost: 300 } },
        { what: "detect: memory a second later", value: soon, unit: "MB" },
        { what: "detect: memory at rest", value: atRest, unit: "MB", reach: { atMost: 90 } },
        {
          what: `detect: memory with ${sandboxes} sandboxes of ${processes} processes`,
          value: connected,
          unit: "MB",
          reach: { atMost: 120 },
        },
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Starts the command, and looks at its processor time, in milliseconds, as soon as its socket is there. */
async function start(socket: string): Promise<{ readonly child: ChildProcess; readonly cpuMs: number }> {
  const rules = benchRules().flatMap((path) => ["-r", path]);
  const child = spawn(process.execPath, [command, "detect", ...rules, "-l", socket], { stdio: "ignore" });
  endWithBench(child);
  while (!existsSync(socket)) {
    if (child.exitCode !== null) throw new Error(`sentrytap detect ended with code ${child.exitCode}`);
    await sleep(1);
  }
  return { child, cpuMs: cpuOf(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  child.kill("SIGINT");
  await ended;
}

/** One that goes on, with all its processes running. */
async function sandbox(socket: string): Promise<Awaited<ReturnType<typeof connect>>> {
  const connection = await connect(socket);
  await connection.handshake(encodeHandshake());
  for (const frame of processFrames({ threads: processes, processes, descriptors: 0 })) {
    await connection.send(frame);
  }
  return connection;
}

/** Of all its threads; see schedstat in the kernel's documentation. */
function cpuOf({ pid }: ChildProcess): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const ns = threads.map((id) =>
    Number(readFileSync(`/proc/${pid}/task/${id}/schedstat`, "utf8").split(" ")[0]),
  );
  return ns.reduce((sum, each) => sum + each, 0) / 1e6;
}

/** What is resident of it, in megabytes; see proc_pid_status(5). */
function memoryOf({ pid }: ChildProcess): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return (Number(kib) * 1024) / 1e6;
}
