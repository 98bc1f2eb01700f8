// Compiles the addon with the plain C compiler: no node-gyp, no binding.gyp.
//
//   node build.mjs [--arch=x64|arm64] [--libc=glibc|musl] [--debug | --sanitize=address] [--force]
//
// CC names the compiler (default cc); for another target give CC, --arch and --libc. The result goes to
// prebuilds/linux-<arch>-<libc>/seqpacket.node; one with debug symbols or sanitized, never shipped, to native/out/.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const here = dirname(fileURLToPath(import.meta.url));
const { values: options } = parseArgs({
  options: {
    arch: { type: "string", default: process.arch },
    libc: { type: "string" },
    sanitize: { type: "string" },
    debug: { type: "boolean", default: false },
    force: { type: "boolean", default: false },
  },
});

function fail(message) {
  process.stderr.write(`seqpacket: ${message}\n`);
  process.exit(1);
}

if (process.platform !== "linux") {
  // SOCK_SEQPACKET is used the way Linux has it. Elsewhere everything but the live server works without the addon.
  process.stderr.write(`seqpacket: not built, ${process.platform} is not Linux\n`);
  process.exit(0);
}
// The C library of this Node.js, by the dynamic loader that its executable names, as src/addon.ts finds it.
const libc =
  options.libc ?? (readFileSync(process.execPath).subarray(0, 4096).includes("/ld-musl-") ? "musl" : "glibc");
if (!["x64", "arm64"].includes(options.arch)) fail(`--arch=${options.arch} is neither x64 nor arm64`);
if (!["glibc", "musl"].includes(libc)) fail(`--libc=${libc} is neither glibc nor musl`);
if (options.sanitize !== undefined && options.sanitize !== "address") {
  fail(`--sanitize=${options.sanitize}: only address is known`);
}

const sources = readdirSync(here)
  .filter((name) => name.endsWith(".c"))
  .map((name) => join(here, name));
const inputs = readdirSync(here)
  .filter((name) => /\.[ch]$/.test(name) || name === "build.mjs")
  .map((name) => join(here, name));
const target = `linux-${options.arch}-${libc}`;
const variant = options.sanitize ?? (options.debug ? "debug" : undefined);
const output = variant
  ? join(here, "out", `${target}-${variant}`, "seqpacket.node")
  : join(here, "..", "prebuilds", target, "seqpacket.node");

if (!options.force && existsSync(output)) {
  const built = statSync(output).mtimeMs;
  if (inputs.every((path) => statSync(path).mtimeMs < built)) process.exit(0);
}

let headers;
try {
  headers = createRequire(import.meta.url)("node-api-headers").include_dir;
} catch {
  fail("the npm package node-api-headers is not installed; run npm ci at the root of the checkout");
}

// CC may have arguments, as in CC="zig cc -target aarch64-linux-musl".
const [compiler, ...compilerFlags] = (process.env.CC || "cc").trim().split(/\s+/);
const flags = [
  ...["-std=c11", "-Wall", "-Wextra", "-Werror", "-fvisibility=hidden", "-fPIC", "-shared", "-pthread"],
  ...["-DNAPI_VERSION=8", "-isystem", headers],
  ...(variant ? ["-O1", "-g", "-fno-omit-frame-pointer"] : ["-O2", "-fstack-protector-strong", "-s"]),
  ...(options.sanitize ? [`-fsanitize=${options.sanitize}`] : []),
  ...["-Wl,-z,relro,-z,now"],
];
mkdirSync(dirname(output), { recursive: true });
// Under a name of its own first: a process that is loading the old file, or a second build, never meets half a file.
const unfinished = `${output}.${process.pid}`;
const { status, error } = spawnSync(compiler, [...compilerFlags, ...flags, "-o", unfinished, ...sources], {
  stdio: ["ignore", 2, 2],
});
if (error !== undefined) {
  fail(
    `the C compiler "${compiler}" did not start (${error.message}). The native addon needs one: on Debian and Ubuntu ` +
      "apt-get install gcc libc6-dev, on Alpine apk add gcc musl-dev; or set CC.",
  );
}
if (status !== 0) {
  rmSync(unfinished, { force: true });
  fail(
    `${compiler} failed. If it misses headers such as pthread.h: on Debian and Ubuntu apt-get install gcc libc6-dev, ` +
      "on Alpine apk add gcc musl-dev.",
  );
}
renameSync(unfinished, output);
process.stderr.write(`seqpacket: built ${relative(process.cwd(), output)}\n`);
