import { Buffer } from "node:buffer";
import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { kill } from "node:process";
import type { Readable } from "node:stream";
import { isErrno } from "../is-errno.ts";
import { RunscError, type RunscFailure } from "./runsc-error.ts";

/** Options of {@link runProgram}. */
export interface RunOptions {
  /** What messages call it. */
  readonly name: string;
  /** After so many milliseconds the program is killed. */
  readonly timeoutMs: number;
  /** Bytes that it may print on its standard output; with more it is killed. */
  readonly maxOutput: number;
  /** Kills it. */
  readonly signal?: AbortSignal | undefined;
}

/** A program's end. */
export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  /** The first of what it printed there. */
  readonly stderr: string;
}

/** Of what is printed on standard error, this much is kept. */
const maxStderr = 64 * 1024;

/** So long a killed program is waited for. One that the kernel holds can take longer to end. */
const killedMs = 1_000;

/**
 * Runs a program to its end, in a process group of its own: a script around runsc is killed with what it started.
 *
 * @throws {RunscError} where it does not start, exceeds a limit or is ended by a signal.
 * @throws the reason of `signal`, when that is aborted.
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: RunOptions,
): Promise<Ended> {
  const { name, timeoutMs, maxOutput, signal } = options;
  signal?.throwIfAborted();
  const child = await start(program, args);
  return new Promise((resolve, reject) => {
    let stopped: { readonly reason: unknown } | undefined;
    let waiting: NodeJS.Timeout | undefined;
    const stop = (reason: unknown): void => {
      if (stopped !== undefined) return;
      stopped = { reason };
      killGroup(child);
      // Whatever has left the group can still hold them open.
      child.stdout.destroy();
      child.stderr.destroy();
      waiting = setTimeout(() => settle(() => reject(reason)), killedMs);
    };
    const fail = (what: string, reason: RunscFailure): void =>
      stop(new RunscError(`${name} ${what}`, { reason }));
    const timer = setTimeout(() => fail(`did not end within ${timeoutMs} ms`, "timed-out"), timeoutMs);
    const abort = (): void => stop(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    if (signal?.aborted === true) abort();
    const settle = (how: () => void): void => {
      clearTimeout(timer);
      clearTimeout(waiting);
      signal?.removeEventListener("abort", abort);
      how();
    };
    const stdout = collect(child.stdout, maxOutput, () =>
      fail(`printed more than ${maxOutput} bytes`, "unexpected-output"),
    );
    const stderr = collect(child.stderr, maxStderr);
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("error", ({ message }) => fail(`cannot be read from: ${message}`, "failed"));
    }
    // "close" and not "exit": all output has been read by then.
    child.once("close", (exitCode, endedBy) => {
      settle(() => {
        if (stopped !== undefined) reject(stopped.reason);
        else if (exitCode !== null) resolve({ exitCode, stdout: stdout(), stderr: stderr() });
        else reject(new RunscError(`${name} was ended by ${endedBy}`, { reason: "failed" }));
      });
    });
  });
}

async function start(
  program: string,
  args: readonly string[],
): Promise<ChildProcessByStdio<null, Readable, Readable>> {
  try {
    // Where this process is may be gone.
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], detached: true, cwd: "/" });
    await once(child, "spawn");
    return child;
  } catch (cause) {
    const message = `${program} does not start: ${whyNot(cause)}`;
    // If there is a program, the machine is short of processes or descriptors.
    const reason = isErrno(cause, "ENOENT", "EACCES", "ENOTDIR") ? "no-runsc" : "failed";
    throw new RunscError(message, { reason, cause });
  }
}

function whyNot(error: unknown): string {
  if (isErrno(error, "ENOENT", "ENOTDIR"))
    return "there is no such program, or what interprets it is missing";
  if (isErrno(error, "EACCES")) return "it is no program, or none that this user may start";
  return error instanceof Error ? error.message : String(error);
}

function killGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  // Once it has been waited for, its number can be somebody else's.
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  try {
    kill(-pid, "SIGKILL");
  } catch {
    // It is no more.
  }
}

/** Reads a stream to its end and keeps its first `most` bytes. */
function collect(stream: Readable, most: number, exceeded?: () => void): () => string {
  const chunks: Buffer[] = [];
  let left = most;
  stream.on("data", (chunk: Buffer) => {
    if (chunk.length > left) exceeded?.();
    if (left > 0) chunks.push(chunk.subarray(0, left));
    left = Math.max(0, left - chunk.length);
  });
  return () => Buffer.concat(chunks).toString();
}
