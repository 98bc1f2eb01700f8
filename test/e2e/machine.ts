// A machine for a suite: systemd as its first process, services, journal and Docker as they are installed here, on a copy of this
// machine's files that takes what is written and is gone afterwards. It shares the kernel with this one, and nothing else.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type CommandResult, launch } from "./command.ts";
import { programPath } from "./dockerd.ts";
import { type Ability, describeWithRunsc, type Runsc } from "./runsc.ts";

/** A machine that runs. */
export interface Machine {
  /** Runs lines of shell in it, as root; rejects only where they take longer than 30 seconds. */
  run(lines: string): Promise<CommandResult>;
  /** The same, and rejects where the last line fails. Gives what was printed. */
  succeed(lines: string): Promise<string>;
  /** Ends it, and all that it runs. */
  close(): Promise<void>;
}

export interface MachineOptions {
  /** Files that it has in addition, or in the place of this machine's: their texts, by their paths. */
  readonly files?: Readonly<Record<string, string>>;
  /** Files and folders of this machine that it has in other places, too, by the paths that they have there. It changes none. */
  readonly mounts?: Readonly<Record<string, string>>;
}

/** What of systemd is about the kernel that is shared, or about devices. */
const masked = [
  ...["systemd-sysctl", "systemd-modules-load", "systemd-binfmt", "systemd-timesyncd", "systemd-remount-fs"],
  ...[
    "systemd-udevd",
    "systemd-udev-trigger",
    "systemd-random-seed",
    "kmod-static-nodes",
    "networking",
    "lvm2-monitor",
  ],
];

// Runs as the first process of new namespaces. $1: the machine's folder; $2: the name of its group of processes.
const boot = `
set -e
mount --make-rprivate /
mount -t tmpfs tmpfs "$1/layer"
mkdir "$1/layer/"{upper,work,root,groups}
mount -t cgroup2 cgroup2 "$1/layer/groups"
mkdir "$1/layer/groups/$2"
echo $$ >"$1/layer/groups/$2/cgroup.procs"
umount "$1/layer/groups"
exec unshare --cgroup setpriv --bounding-set=-sys_time,-sys_module bash -ec '
root="$1/layer/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/layer/upper,workdir=$1/layer/work" "$root"
cp -a "$1/files/." "$root/"
mount -t proc proc "$root/proc"
mount --bind "$root/proc/sys" "$root/proc/sys"
mount --bind "$root/proc/sys/net" "$root/proc/sys/net"
mount -o remount,bind,ro "$root/proc/sys"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
for folder in run tmp dev; do mount -t tmpfs tmpfs "$root/$folder"; done
mkdir "$root/dev/pts" "$root/dev/shm" "$root/dev/net"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
while read -r name major minor; do mknod -m 666 "$root/dev/$name" c "$major" "$minor"; done <<DEVICES
null 1 3
zero 1 5
full 1 7
random 1 8
urandom 1 9
tty 5 0
net/tun 10 200
DEVICES
while read -r from to; do
  mkdir -p "$root/$(dirname "$to")"
  if [ -d "$from" ]; then
    mkdir -p "$root/$to"
    layer=$(mktemp -d "$1/layer/XXXXXX")
    mkdir "$layer/"{upper,work}
    mount -t overlay overlay -o "lowerdir=$from,upperdir=$layer/upper,workdir=$layer/work" "$root/$to"
  else
    touch "$root/$to"
    mount --bind "$from" "$root/$to"
    mount -o remount,bind,ro "$root/$to"
  fi
done <"$1/mounts"
cd "$root"
pivot_root . mnt
umount -l /mnt
exec env -i container=sentrytap PATH=/usr/sbin:/usr/bin:/sbin:/bin \\
  /lib/systemd/systemd --system --unit=basic.target --log-target=console --show-status=no </dev/null
' bash "$@"
`;

const namespaces = ["--mount", "--pid", "--uts", "--ipc", "--net"];

/** Whether there can be such a machine here. It is tried with what is the most unlikely to be allowed. */
export function canRunMachines(): Ability {
  const missing = ["unshare", "nsenter", "setpriv", "systemctl"].find(
    (name) => programPath(name) === undefined,
  );
  if (missing !== undefined) return { ok: false, reason: `no ${missing} found: run .ci/install.sh` };
  if (!existsSync("/lib/systemd/systemd"))
    return { ok: false, reason: "no systemd found: run .ci/install.sh" };
  const folder = mkdtempSync(join(tmpdir(), "st-"));
  const script =
    'mount -t tmpfs tmpfs "$1" && mkdir "$1"/{u,w,r,c} && mount -t cgroup2 cgroup2 "$1/c" && mount -t overlay overlay -o "lowerdir=/,upperdir=$1/u,workdir=$1/w" "$1/r"';
  const { status, stderr } = spawnSync(
    "unshare",
    [...namespaces, "--fork", "bash", "-c", script, "bash", folder],
    { encoding: "utf8" },
  );
  rmSync(folder, { recursive: true });
  if (status === 0) return { ok: true };
  return {
    ok: false,
    reason: `no machine of one's own can be started: ${stderr.trim().split("\\n").at(-1)}`,
  };
}

/** {@link describeWithRunsc} of a suite that needs machines, too. */
export function describeWithMachine(name: string, suite: (runsc: Runsc) => void): void {
  describeWithRunsc(name, suite, canRunMachines);
}

const children = new Set<ChildProcess>();

process.once("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

/** Starts one; resolves when it is up. Nothing of it starts by itself but what every machine has: `systemctl start docker`. */
export async function startMachine({ files = {}, mounts = {} }: MachineOptions = {}): Promise<Machine> {
  const folder = mkdtempSync(join(tmpdir(), "st-"));
  mkdirSync(join(folder, "layer"));
  const units = masked.map((name) => [`/etc/systemd/system/${name}.service`, ""] as const);
  for (const [path, text] of [...units, ...Object.entries(files)]) {
    mkdirSync(dirname(join(folder, "files", path)), { recursive: true });
    writeFileSync(join(folder, "files", path), text);
  }
  const list = Object.entries(mounts).map(([to, from]) => `${from} ${to}\n`);
  writeFileSync(join(folder, "mounts"), list.join(""));
  const log = openSync(join(folder, "log"), "w");
  const args = [
    ...namespaces,
    "--fork",
    "--kill-child",
    "bash",
    "-c",
    boot,
    "bash",
    folder,
    basename(folder),
  ];
  // Whoever runs the tests may be killed, and would leave it running.
  const child = spawn("setpriv", ["--pdeathsig", "KILL", "unshare", ...args], {
    stdio: ["ignore", log, log],
    detached: true,
  });
  closeSync(log);
  children.add(child);
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const close = async (): Promise<void> => {
    const first = firstProcessOf(child);
    child.kill("SIGKILL");
    await ended;
    // It outlives the process that started it by all that has to be ended with it.
    for (const limit = Date.now() + 5_000; existsSync(`/proc/${first}`) && Date.now() < limit; )
      await sleep(20);
    children.delete(child);
    rmSync(folder, { recursive: true });
    removeGroup(basename(folder));
  };
  const run = (lines: string): Promise<CommandResult> => {
    const inside = ["--mount", "--pid", "--uts", "--ipc", "--net", "--cgroup", "--root", "--wd=/"];
    const target = ["--target", String(firstProcessOf(child)), ...inside];
    return launch("nsenter", [...target, "env", "--chdir=/", "bash", "-c", lines], {
      env: { PATH: path, HOME: "/root" },
      timeoutMs: 30_000,
    }).ended;
  };
  const succeed = async (lines: string): Promise<string> => {
    const { exitCode, stdout, stderr } = await run(lines);
    if (exitCode !== 0) throw new Error(`${lines}: exit code ${exitCode}\n${stdout}${stderr}`);
    return stdout;
  };
  try {
    for (const limit = Date.now() + 20_000; ; await sleep(100)) {
      if (child.exitCode !== null) throw new Error(`it ended with exit code ${child.exitCode}`);
      const state = firstProcessOf(child) && (await run("systemctl is-system-running")).stdout.trim();
      if (state === "running" || state === "degraded") break;
      if (Date.now() > limit) throw new Error(`it is not up after 20 seconds, but ${state}`);
    }
  } catch (error) {
    const said = readFileSync(join(folder, "log"), "utf8").slice(-4_000);
    await close();
    throw new Error(`the machine did not start\n${said}`, { cause: error });
  }
  return { run, succeed, close };
}

const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** The machine's first process, as it is numbered here. */
function firstProcessOf({ pid }: ChildProcess): number | undefined {
  try {
    return (
      Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ")[0]) || undefined
    );
  } catch {
    return undefined;
  }
}

/** The groups that its services were in: empty, but there. */
function removeGroup(name: string): void {
  const script =
    'mount -t cgroup2 cgroup2 "$1" && if [ -d "$1/$2" ]; then find "$1/$2" -depth -type d -delete; fi';
  const folder = mkdtempSync(join(tmpdir(), "st-"));
  const { status, stderr } = spawnSync("unshare", ["--mount", "sh", "-c", script, "sh", folder, name], {
    encoding: "utf8",
  });
  rmSync(folder, { recursive: true });
  if (status !== 0) throw new Error(`the groups of ${name} are left behind: ${stderr}`);
}
