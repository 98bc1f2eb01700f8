import { execFile } from "node:child_process";
import { env } from "node:process";
import { promisify } from "node:util";
import type { Terminal } from "./terminal.ts";

/** Tells systemd that we listen, where it started us and waits to be told: units with `Type=notify`. */
export async function notifyReady(terminal: Terminal): Promise<void> {
  const { NOTIFY_SOCKET: socket } = env;
  if (!socket) return;
  try {
    await promisify(execFile)("systemd-notify", ["--ready"], { timeout: 10_000 });
  } catch (error) {
    terminal.warn(
      `systemd cannot be told that this is ready: ${error instanceof Error ? error.message : error}`,
    );
  }
}
