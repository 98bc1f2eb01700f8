// A small root filesystem for test containers, made of this machine's own programs: a shell, the usual small tools and
// the libraries that they load.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/**
 * What is inside, in /usr/bin. A missing one is left out, except for those that `needed` names. Debian's `ls PATH` fails
 * with EINVAL in the 2022 release of gVisor, which refuses one of its statx flags; `busybox ls PATH` works.
 */
const programs = [
  ...[
    "bash",
    "busybox",
    "cat",
    "chmod",
    "chown",
    "cp",
    "cut",
    "date",
    "dd",
    "echo",
    "env",
    "false",
    "find",
    "grep",
  ],
  ...[
    "head",
    "id",
    "kill",
    "ln",
    "ls",
    "mkdir",
    "mkfifo",
    "mktemp",
    "mv",
    "nproc",
    "printf",
    "pwd",
    "readlink",
    "rm",
  ],
  ...[
    "rmdir",
    "sed",
    "seq",
    "sh",
    "sleep",
    "sort",
    "stat",
    "tail",
    "tee",
    "touch",
    "tr",
    "true",
    "uname",
    "wc",
    "xargs",
  ],
];
const needed = ["sh", "cat", "true", "sleep"];

const folders = [
  "dev",
  "etc",
  "home",
  "proc",
  "root",
  "run",
  "sys",
  "tmp",
  "usr/bin",
  "usr/lib",
  "usr/sbin",
  "var/tmp",
];

// The layout of today's distributions: the top-level folders are links into /usr.
const links: readonly (readonly [target: string, path: string])[] = [
  ["usr/bin", "bin"],
  ["usr/sbin", "sbin"],
  ["usr/lib", "lib"],
  ["usr/lib64", "lib64"],
];

const files: Readonly<Record<string, string>> = {
  "etc/passwd": "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\n",
  "etc/group": "root:x:0:\nnogroup:x:65534:\n",
  "etc/shadow": "root:*:19000:0:99999:7:::\nnobody:*:19000:0:99999:7:::\n",
  "etc/hosts": "127.0.0.1\tlocalhost\n",
  "etc/hostname": "sandbox\n",
};

let built: string | undefined;

/** The folder of the root filesystem; built at the first call. Containers share it: an overlay keeps it as it is. */
export function rootfs(): string {
  if (built !== undefined) return built;
  built = mkdtempSync(join(tmpdir(), "sentrytap-rootfs-"));
  try {
    fill(built);
  } catch (error) {
    removeRootfs();
    throw error;
  }
  return built;
}

/** Removes what `rootfs()` built. */
export function removeRootfs(): void {
  if (built !== undefined) rmSync(built, { recursive: true, force: true });
  built = undefined;
}

process.once("exit", removeRootfs);

function fill(root: string): void {
  chmodSync(root, 0o755); // its "/" is for every user of the container
  for (const folder of folders) mkdirSync(join(root, folder), { recursive: true });
  mkdirSync(join(root, "usr/lib64"));
  for (const [target, path] of links) symlinkSync(target, join(root, path));
  for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), text);
  chmodSync(join(root, "etc/shadow"), 0o600); // as everywhere: what others cannot read is a case to test

  const found = programs.filter((name) => existsSync(hostPath(name)));
  const missing = needed.filter((name) => !found.includes(name));
  if (missing.length > 0) throw new Error(`no ${missing.join(", ")} in /usr/bin or /bin of this machine`);
  for (const name of found) copyFileSync(hostPath(name), join(root, "usr/bin", name));
  for (const library of librariesOf(found.map(hostPath))) {
    const target = join(root, library);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(library, target);
  }
}

function hostPath(name: string): string {
  const path = join("/usr/bin", name);
  return existsSync(path) ? path : join("/bin", name);
}

/** Every file that the dynamic linker would load for these programs, itself included. */
function librariesOf(paths: readonly string[]): ReadonlySet<string> {
  // The exit code says nothing: ldd fails where one of them is a static program, and still lists the others.
  const { stdout, error } = spawnSync("ldd", paths, { encoding: "utf8" });
  if (error !== undefined) throw new Error("ldd did not start", { cause: error });
  // "\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x...)" or "\t/lib64/ld-linux-x86-64.so.2 (0x...)"
  return new Set([...stdout.matchAll(/(\/\S+) \(0x/g)].flatMap(([, library]) => library ?? []));
}
