// Runs a container in a gVisor sandbox of its own, from its bundle to its removal.
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CommandResult } from "./command.ts";
import { launch } from "./command.ts";
import { rootfs } from "./rootfs.ts";
import type { Runsc } from "./runsc.ts";

/** A folder of this machine, seen inside the container. Read-only unless `writable`. */
export interface Mount {
  readonly source: string;
  readonly destination: string;
  readonly writable?: boolean;
}

export interface SandboxOptions {
  readonly runsc: Runsc;
  /** The command; the first word is a path, or a name found through the container's PATH. */
  readonly args: readonly string[];
  /** The content of the file for `--pod-init-config`, as an object; without it nothing is traced. */
  readonly podInit?: object;
  /** The container's environment beside PATH, and HOME, which gVisor adds by itself. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly user?: { readonly uid: number; readonly gid: number };
  readonly mounts?: readonly Mount[];
  /** Whether it is the first container of a pod, as Kubernetes has it: `join` adds others. Default false. */
  readonly pod?: boolean;
  /** Written to the command's stdin, which then ends. */
  readonly stdin?: string;
  /** Further flags for runsc itself, before its subcommand. */
  readonly flags?: readonly string[];
  /** After this the container is killed and the call rejects. 20 seconds unless set: below the limit of a test. */
  readonly timeoutMs?: number;
}

/** A container's end. `exitCode` is its command's, 128 plus the number where a signal ended it; 128 where it did not start. */
export interface SandboxResult extends CommandResult {
  /** 64 hexadecimal digits, as every container manager makes them. */
  readonly containerId: string;
}

/** A container that was started and may still run. */
export interface RunningSandbox {
  readonly containerId: string;
  /** The folder where runsc keeps it: `--root`. */
  readonly root: string;
  /** The process id of `runsc run`, the one that connects to the trace session's socket. */
  readonly pid: number;
  /** The container's end, when all is cleaned up. Rejects after the time limit, or when runsc itself did not start. */
  readonly ended: Promise<SandboxResult>;
  /** Runs another runsc command on the same state: `runsc("exec", id, "true")`, `runsc("trace", "create", ...)`. */
  runsc(...args: readonly string[]): Promise<CommandResult>;
  /** Starts another container in the sandbox of this `pod`, and gives its id. It runs until the sandbox ends. */
  join(...args: readonly string[]): Promise<string>;
  /** Starts a container in a sandbox of its own that stays in the root when it has ended, and gives its id. */
  detach(...args: readonly string[]): Promise<string>;
  /** Kills the container; `ended` then tells its end. */
  kill(): Promise<void>;
}

const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Runs a container from start to end; everything that it needed is gone when this resolves. */
export async function sandbox(options: SandboxOptions): Promise<SandboxResult> {
  return startSandbox(options).ended;
}

/** Starts a container and returns at once, for tests that do something meanwhile. */
export function startSandbox(options: SandboxOptions): RunningSandbox {
  const containerId = randomContainerId();
  const scene = new Scene(options);
  const bundle = scene.bundle(
    containerId,
    options.pod === true ? podAnnotations("sandbox", containerId) : {},
  );
  const started = scene.start(["run", "--bundle", bundle, containerId], containerId);
  const ended = started.ended.then((result) => ({ ...result, containerId }));
  ended.catch(() => {}); // a test that failed midway no longer listens to its sandbox
  return {
    containerId,
    root: scene.root,
    pid: started.pid,
    ended,
    runsc: (...args) => scene.command(args),
    join: (...args) => scene.add(args, podAnnotations("container", containerId)),
    detach: (...args) => scene.add(args, {}),
    kill: async () => {
      const { exitCode, stderr } = await scene.command(["kill", containerId, "KILL"]);
      if (exitCode !== 0) throw new Error(`runsc kill failed: ${stderr}`);
    },
  };
}

/**
 * Runs a command with `runsc do`: on this machine's own files (an overlay takes what is written) and with the
 * environment given. The container's id, `runsc-` and six digits, is runsc's own choice.
 */
export async function sandboxDo(
  options: Omit<SandboxOptions, "mounts" | "user" | "cwd">,
): Promise<CommandResult> {
  return new Scene(options).start(["do", ...options.args]).ended;
}

function randomContainerId(): string {
  return randomBytes(32).toString("hex");
}

/** What containerd says of a container of a pod. */
function podAnnotations(type: "sandbox" | "container", sandboxId: string): Readonly<Record<string, string>> {
  return { "io.kubernetes.cri.container-type": type, "io.kubernetes.cri.sandbox-id": sandboxId };
}

const scenes = new Set<Scene>();

/** Ends whatever still runs, as after a test that failed midway. */
export async function stopSandboxes(): Promise<void> {
  await Promise.all([...scenes].map((scene) => scene.stop()));
}

process.once("exit", () => {
  for (const scene of scenes) scene.remove();
});

/** The folder, the flags and the processes of one sandbox. */
class Scene {
  readonly folder: string = mkdtempSync(join(tmpdir(), "sentrytap-e2e-"));
  readonly root: string = join(this.folder, "state");
  readonly #options: SandboxOptions;
  readonly #flags: readonly string[];
  #cleaned: Promise<unknown> | undefined;

  constructor(options: SandboxOptions) {
    this.#options = options;
    const { runsc, podInit, flags = [] } = options;
    const all = ["--root", this.root, "--network=none", "--ignore-cgroups"];
    // With the overlay in memory containers can share one root filesystem, and start no slower than without.
    all.push("--overlay2=root:memory", `--platform=${runsc.platform}`, ...flags);
    if (podInit !== undefined) {
      const file = join(this.folder, "pod-init.json");
      writeFileSync(file, JSON.stringify(podInit));
      all.push(`--pod-init-config=${file}`);
    }
    this.#flags = all;
  }

  /** Starts the command that runs the container, and sees to all that must follow its end. */
  start(args: readonly string[], containerId?: string): { pid: number; ended: Promise<CommandResult> } {
    const { stdin, timeoutMs = 20_000, env = {} } = this.#options;
    const started = launch(this.#options.runsc.path, [...this.#flags, ...args], {
      env: { PATH: path, ...env },
      stdin,
      timeoutMs,
      onTimeout: () => this.#endProcesses(),
    });
    scenes.add(this);
    const ended = started.ended
      .catch(async (error: unknown) => {
        // A runsc that came to its own end has removed its container; one that was killed has not.
        if (containerId !== undefined) await this.command(["delete", "-force", containerId]).catch(() => {});
        throw error;
      })
      .finally(() => this.remove());
    this.#cleaned = ended.catch(() => {});
    return { pid: started.pid, ended };
  }

  /** Kills the sandbox and waits until all is removed. */
  async stop(): Promise<void> {
    this.#endProcesses();
    await this.#cleaned;
  }

  /** Removes the folder, and ends what still runs from it. */
  remove(): void {
    this.#endProcesses();
    rmSync(this.folder, { recursive: true, force: true });
    scenes.delete(this);
  }

  /** Another runsc command on the same state. */
  command(args: readonly string[]): Promise<CommandResult> {
    return this.#launch(
      [...this.#flags.filter((flag) => !flag.startsWith("--pod-init-config")), ...args],
      true,
    );
  }

  /** The folder that a container is made from. */
  bundle(
    containerId: string,
    annotations: Readonly<Record<string, string>>,
    args: readonly string[] = this.#options.args,
  ): string {
    const bundle = join(this.folder, "bundles", containerId);
    mkdirSync(bundle, { recursive: true });
    const config = { ...bundleConfig({ ...this.#options, args }), annotations };
    writeFileSync(join(bundle, "config.json"), JSON.stringify(config));
    return bundle;
  }

  /** Starts a further container, which runs on when this resolves. */
  async add(args: readonly string[], annotations: Readonly<Record<string, string>>): Promise<string> {
    const containerId = randomContainerId();
    const bundle = this.bundle(containerId, annotations, args);
    for (const words of [
      ["create", "--bundle", bundle, containerId],
      ["start", containerId],
    ]) {
      const { exitCode } = await this.#launch([...this.#flags, ...words], false);
      if (exitCode !== 0) throw new Error(`runsc ${words.join(" ")} failed with exit code ${exitCode}`);
    }
    return containerId;
  }

  #launch(args: readonly string[], captured: boolean): Promise<CommandResult> {
    const options = { env: { PATH: path }, timeoutMs: 10_000, captured };
    return launch(this.#options.runsc.path, args, options).ended;
  }

  /** Kills every process of this sandbox: they have this scene's own folder in their command, and no other has. */
  #endProcesses(): void {
    for (const entry of readdirSync("/proc")) {
      const pid = Number(entry);
      if (!Number.isInteger(pid) || pid === process.pid) continue;
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
        if (words.some((word) => word.includes(`${this.folder}/`))) process.kill(pid, "SIGKILL");
      } catch {
        // It ended meanwhile.
      }
    }
  }
}

function bundleConfig({
  args,
  env = {},
  cwd = "/",
  user = { uid: 0, gid: 0 },
  mounts = [],
}: SandboxOptions): object {
  return {
    ociVersion: "1.0.2",
    process: {
      terminal: false,
      user,
      args,
      env: Object.entries({ PATH: path, ...env }).map(([name, value]) => `${name}=${value}`),
      cwd,
      noNewPrivileges: true,
    },
    root: { path: rootfs(), readonly: false },
    hostname: "sandbox",
    mounts: [
      { destination: "/proc", type: "proc", source: "proc" },
      { destination: "/dev", type: "tmpfs", source: "tmpfs" },
      { destination: "/tmp", type: "tmpfs", source: "tmpfs", options: ["mode=1777"] },
      ...mounts.map(({ source, destination, writable = false }) => ({
        destination,
        source,
        type: "bind",
        options: ["bind", writable ? "rw" : "ro"],
      })),
    ],
    linux: { namespaces: ["pid", "network", "ipc", "uts", "mount"].map((type) => ({ type })) },
  };
}
