// Runs stress.mjs under AddressSanitizer with leak detection, and under valgrind; fails when either blames the addon.
//
//   node check.mjs [asan | valgrind]
//
// Node itself is not clean under valgrind, so of its errors only those with a frame in seqpacket.node count.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..", "..");
const stress = join(here, "stress.mjs");
const ROUNDS = { asan: 40, valgrind: 6 };

/** Builds a variant of the addon and returns its path. */
function build(flag, variant) {
  execFileSync(process.execPath, [join(here, "build.mjs"), flag], { stdio: "inherit" });
  const out = join(here, "out");
  const folder = readdirSync(out).find((name) => name.startsWith("linux-") && name.endsWith(`-${variant}`));
  return join(out, folder, "seqpacket.node");
}

function run(command, args, env) {
  const { status, signal, error } = spawnSync(command, args, {
    env: { ...process.env, ...env },
    stdio: ["ignore", 2, 2],
  });
  if (error) throw new Error(`${command} did not start: ${error.message}`);
  return signal ?? status;
}

const checks = {
  asan() {
    const addon = build("--sanitize=address", "address");
    const library = execFileSync(process.env.CC || "cc", ["-print-file-name=libasan.so"], {
      encoding: "utf8",
    }).trim();
    const status = run(process.execPath, ["--expose-gc", stress, String(ROUNDS.asan)], {
      SENTRYTAP_SEQPACKET_ADDON: addon,
      LD_PRELOAD: library,
      ASAN_OPTIONS: "detect_leaks=1:detect_stack_use_after_return=1",
    });
    return status === 0 ? [] : [`stress.mjs under AddressSanitizer ended with ${status}`];
  },

  valgrind() {
    const addon = build("--debug", "debug");
    const folder = mkdtempSync(join(tmpdir(), "seqpacket-check-"));
    const report = join(folder, "report.xml");
    try {
      const memcheck = [
        "--tool=memcheck",
        "--leak-check=full",
        "--show-leak-kinds=definite",
        "--num-callers=30",
      ];
      // Without generated code valgrind understands what it runs; fair-sched gives every thread its turn.
      const node = ["--jitless", "--single-threaded-gc", "--expose-gc"];
      const status = run(
        "valgrind",
        [
          ...[
            ...memcheck,
            "--xml=yes",
            `--xml-file=${report}`,
            "--fair-sched=yes",
            "--smc-check=all-non-file",
          ],
          ...[process.execPath, ...node, stress, String(ROUNDS.valgrind)],
        ],
        { SENTRYTAP_SEQPACKET_ADDON: addon },
      );
      const errors = readFileSync(report, "utf8").match(/<error>[\s\S]*?<\/error>/g) ?? [];
      const ours = errors.filter((error) => error.includes("seqpacket.node"));
      process.stderr.write(
        `valgrind: ${errors.length} errors, ${ours.length} of them with the addon on the stack\n`,
      );
      return status === 0 ? ours : [...ours, `stress.mjs under valgrind ended with ${status}`];
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

execFileSync(process.execPath, [
  join(root, "node_modules", "typescript", "bin", "tsc"),
  "-b",
  join(here, ".."),
]);
const chosen = process.argv.slice(2);
const faults = (chosen.length > 0 ? chosen : Object.keys(checks)).flatMap((name) => {
  if (checks[name] === undefined)
    throw new Error(`no check is named ${name}: ${Object.keys(checks).join(", ")}`);
  return checks[name]();
});
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.exitCode = faults.length > 0 ? 1 : 0;
