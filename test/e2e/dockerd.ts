// Docker for end-to-end tests: a daemon of its own with the gVisor releases as runtimes, and images of this machine's files.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CommandResult, launch } from "./command.ts";
import { Daemon } from "./daemon.ts";
import { rootfs } from "./rootfs.ts";
import { type Ability, describeWithRunsc, type Runsc } from "./runsc.ts";

export interface DockerdOptions {
  /** What is registered as the runtime `runsc`, with what its sandboxes need to run on any machine. */
  readonly runsc?: Runsc;
  /** Further flags of that runtime: `--pod-init-config=...`. */
  readonly runtimeArgs?: readonly string[];
  /** Further keys of daemon.json. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** A Docker daemon that no other knows of. */
export interface Dockerd {
  readonly folder: string;
  /** Path of the socket of its API. */
  readonly socket: string;
  /** Its daemon.json: what is written there is in force after `restart`. */
  readonly configFile: string;
  /** The folder where its runsc keeps its containers: `--root`. */
  readonly runscRoot: string;
  /** Runs `docker` with these arguments; a command that fails rejects, with what it said. */
  docker(...args: readonly string[]): Promise<string>;
  /** The same, with its exit code; rejects only where it took longer than 30 seconds. */
  run(...args: readonly string[]): Promise<CommandResult>;
  /** Makes an image of a folder, `rootfs()` unless told; gives its id, with `sha256:`. */
  importImage(name: string, options?: ImportOptions): Promise<string>;
  /** Has the daemon read daemon.json again, as `systemctl reload docker` does: runtimes are of what takes effect then. */
  reload(): Promise<void>;
  /** Stops the daemon and starts it again, with what daemon.json says now. Its containers end. */
  restart(): Promise<void>;
  /** Ends the daemon and its containers, and removes all of it. */
  close(): Promise<void>;
}

export interface ImportOptions {
  readonly folder?: string;
  /** Instructions such as `ENV A=b` and `LABEL x=y`. */
  readonly changes?: readonly string[];
}

/** Whether Docker is installed. */
export function hasDocker(): Ability {
  const missing = ["dockerd", "docker", "containerd"].find((name) => programPath(name) === undefined);
  return missing === undefined
    ? { ok: true }
    : { ok: false, reason: `no ${missing} found: run .ci/install.sh` };
}

/** {@link describeWithRunsc} of a suite that needs Docker, too. */
export function describeWithDocker(name: string, suite: (runsc: Runsc) => void): void {
  describeWithRunsc(name, suite, hasDocker);
}

/** Starts one. It needs root, but neither network nor iptables: its containers have no network but their own loopback. */
export async function startDockerd(options: DockerdOptions = {}): Promise<Dockerd> {
  const daemon = new Daemon({
    program: programPath("dockerd") ?? "dockerd",
    args: (folder) => ["--config-file", join(folder, "daemon.json")],
    socket: "docker.sock",
    prepare: (folder) => {
      mkdirSync(join(folder, "exec"));
      writeFileSync(join(folder, "daemon.json"), JSON.stringify(daemonJson(folder, options), null, 2));
    },
    isReady: async (daemon) => (await docker(daemon, ["version"])).exitCode === 0,
  });
  await daemon.start();
  const succeed = async (args: readonly string[], stdin?: string): Promise<string> => {
    const { exitCode, stdout, stderr } = await docker(daemon, args, stdin);
    if (exitCode !== 0) throw new Error(`docker ${args.join(" ")}: exit code ${exitCode}\n${stderr}`);
    return stdout.trimEnd();
  };
  return {
    folder: daemon.folder,
    socket: daemon.socket,
    configFile: join(daemon.folder, "daemon.json"),
    runscRoot: join(daemon.folder, "exec", "runtime-runc", "moby"),
    docker: (...args) => succeed(args),
    run: (...args) => docker(daemon, args),
    importImage: async (name, { folder = rootfs(), changes = [] } = {}) => {
      const file = join(daemon.folder, "image.tar");
      const { status, stderr } = spawnSync("tar", ["-C", folder, "-cf", file, "."], { encoding: "utf8" });
      if (status !== 0) throw new Error(`tar of ${folder}: ${stderr}`);
      return succeed(["import", ...changes.flatMap((change) => ["--change", change]), file, name]);
    },
    reload: () => daemon.reload("Reloaded configuration"),
    restart: () => daemon.restart(),
    close: async () => {
      const running = await succeed(["ps", "-aq"]).catch(() => "");
      if (running !== "") await docker(daemon, ["rm", "-f", ...running.split("\n")]).catch(() => {});
      await daemon.stop();
      daemon.remove();
    },
  };
}

function docker(daemon: Daemon, args: readonly string[], stdin?: string): Promise<CommandResult> {
  const { PATH = "" } = process.env;
  const env = { PATH, HOME: daemon.folder, DOCKER_HOST: `unix://${daemon.socket}` };
  return launch(programPath("docker") ?? "docker", args, { env, stdin, timeoutMs: 30_000 }).ended;
}

function daemonJson(folder: string, { runsc, runtimeArgs = [], config }: DockerdOptions): object {
  const always = ["--network=none", "--ignore-cgroups", `--platform=${runsc?.platform}`];
  return {
    hosts: [`unix://${join(folder, "docker.sock")}`],
    "data-root": join(folder, "data"),
    "exec-root": join(folder, "exec"),
    pidfile: join(folder, "docker.pid"),
    "storage-driver": "vfs",
    bridge: "none",
    iptables: false,
    ip6tables: false,
    ...(runsc && { runtimes: { runsc: { path: runsc.path, runtimeArgs: [...always, ...runtimeArgs] } } }),
    ...config,
  };
}

/** Where a program is: daemons are in folders that not every PATH has. */
export function programPath(name: string): string | undefined {
  const { PATH = "" } = process.env;
  const folders = [...PATH.split(":").filter(Boolean), "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}
