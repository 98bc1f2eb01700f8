import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** A peer in a process of its own, see peer.mjs; it goes when the test ends. */
export interface RemotePeer {
  readonly pid: number | undefined;
  connect(path: string): Promise<void>;
  /** Begins `afterMs` after the command; how long the answer took, in milliseconds. */
  handshake(afterMs: number): Promise<number>;
  /** Sends that many messages, a multiple of 500. */
  flood(count: number): Promise<void>;
  kill(): void;
}

export async function startPeer(): Promise<RemotePeer> {
  const child = fork(fileURLToPath(new URL("peer.mjs", import.meta.url)), { execArgv: [] });
  onTestFinished(() => void child.kill("SIGKILL"));
  await answer(child);
  return {
    pid: child.pid,
    connect: async (path) => void (await command(child, "connect", path)),
    handshake: async (afterMs) => Number(await command(child, "handshake", afterMs)),
    flood: async (count) => void (await command(child, "flood", count)),
    kill: () => void child.kill("SIGKILL"),
  };
}

async function command(child: ChildProcess, name: string, argument: unknown): Promise<unknown> {
  child.send([name, argument]);
  return await answer(child);
}

async function answer(child: ChildProcess): Promise<unknown> {
  const [{ result, error }] = await once(child, "message");
  if (error !== undefined) throw new Error(error);
  return result;
}
