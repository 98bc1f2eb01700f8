// A daemon for one suite: a folder of its own, the process, what it said, and an end that leaves nothing behind.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface DaemonOptions {
  readonly program: string;
  /** Its arguments, which name files below `folder`. */
  readonly args: (folder: string) => readonly string[];
  /** The socket that it answers at when it is ready, below the folder. */
  readonly socket: string;
  /** Whether it can do its work: asked again and again once the socket is there. */
  readonly isReady: (daemon: Daemon) => Promise<boolean>;
  /** Makes the files that it reads. */
  readonly prepare?: (folder: string) => void;
}

const daemons = new Set<Daemon>();

process.once("exit", () => {
  for (const daemon of daemons) daemon.remove();
});

/** A daemon with its own folder. Whoever makes one stops it, or `remove`s it, which is done at the exit of the process, too. */
export class Daemon {
  readonly folder: string = mkdtempSync(join(tmpdir(), "st-"));
  readonly socket: string;
  readonly #options: DaemonOptions;
  #child: ChildProcess | undefined;

  constructor(options: DaemonOptions) {
    this.#options = options;
    this.socket = join(this.folder, options.socket);
    daemons.add(this);
    options.prepare?.(this.folder);
  }

  /** Everything that it wrote since it was first started. */
  log(): string {
    return readFileSync(join(this.folder, "log"), "utf8");
  }

  /** Starts it; resolves when it answers. */
  async start(timeoutMs = 20_000): Promise<void> {
    const { program, args, isReady } = this.#options;
    const log = openSync(join(this.folder, "log"), "a");
    // A session of its own: an interrupt at the terminal ends the tests, which then end the daemon in order.
    const child = spawn(program, args(this.folder), { stdio: ["ignore", log, log], detached: true });
    closeSync(log);
    this.#child = child;
    let failure: string | undefined;
    child.once("error", (error) => (failure = error.message));
    const until = Date.now() + timeoutMs;
    while (!((await answers(this.socket)) && (await isReady(this)))) {
      if (child.exitCode !== null) failure ??= `exit code ${child.exitCode}`;
      if (Date.now() > until) failure ??= `not ready within ${timeoutMs} ms`;
      if (failure !== undefined) {
        const log = this.log().slice(-4_000);
        this.remove();
        throw new Error(`${program} did not start: ${failure}\n${log}`);
      }
      await sleep(50);
    }
  }

  /** Stops the daemon alone; containers that it runs may stay. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    const timer = setTimeout(() => child.kill("SIGKILL"), 15_000);
    await ended;
    clearTimeout(timer);
  }

  /** Stops it and starts it again, with what its files say now. */
  async restart(signal?: NodeJS.Signals): Promise<void> {
    await this.stop(signal);
    await this.start();
  }

  /** Has it read its files again; resolves when it has said so once more. */
  async reload(saying: string, timeoutMs = 5_000): Promise<void> {
    const count = (): number => this.log().split(saying).length;
    const before = count();
    this.#child?.kill("SIGHUP");
    for (const until = Date.now() + timeoutMs; count() === before; await sleep(20)) {
      if (Date.now() > until) throw new Error(`it did not reload\n${this.log().slice(-4_000)}`);
    }
  }

  /** Ends all that runs from the folder, unmounts what is mounted below, and removes it. */
  remove(): void {
    daemons.delete(this);
    for (let round = 0; round < 20 && this.#endProcesses() > 0; round++) spawnSync("sleep", ["0.05"]);
    for (const path of mountsBelow(this.folder)) spawnSync("umount", ["--lazy", path]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Kills what has this daemon's own folder in its command, and no other process has; says how many there were. */
  #endProcesses(): number {
    let found = 0;
    for (const entry of readdirSync("/proc")) {
      const pid = Number(entry);
      if (!Number.isInteger(pid) || pid === process.pid) continue;
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
        if (!words.some((word) => word.includes(`${this.folder}/`))) continue;
        process.kill(pid, "SIGKILL");
        found++;
      } catch {
        // It ended meanwhile.
      }
    }
    return found;
  }
}

/** Whether somebody accepts connections at the socket. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("error", () => resolve(false));
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
  });
}

/** The innermost first. */
function mountsBelow(folder: string): readonly string[] {
  const points = readFileSync("/proc/self/mountinfo", "utf8").split("\n");
  const paths = points.map((line) => line.split(" ")[4] ?? "");
  return paths.filter((path) => path.startsWith(`${folder}/`)).reverse();
}
