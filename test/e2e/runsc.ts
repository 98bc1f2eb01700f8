// The way into real gVisor for end-to-end tests: which releases are here, whether this machine can run their sandboxes,
// and a describe() that runs a suite once for each. Running one is in sandbox.ts.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { env, getuid, platform } from "node:process";
import { afterAll, describe, test } from "vitest";
import { removeRootfs } from "./rootfs.ts";
import { stopSandboxes } from "./sandbox.ts";

export type { CommandResult } from "./command.ts";
export type { Mount, RunningSandbox, SandboxOptions, SandboxResult } from "./sandbox.ts";
export { sandbox, sandboxDo, startSandbox, stopSandboxes } from "./sandbox.ts";

export type Release = "2022" | "2024";

/** One gVisor release on this machine. */
export interface Runsc {
  readonly release: Release;
  readonly path: string;
  /** What intercepts system calls. Always named to runsc: KVM is not to be had on most machines that run tests. */
  readonly platform: "ptrace" | "systrap";
}

export type Ability = { readonly ok: true } | { readonly ok: false; readonly reason: string };

interface KnownRelease {
  readonly version: string;
  readonly platform: Runsc["platform"];
}

const known: Readonly<Record<Release, KnownRelease>> = {
  // The 2022 release has no systrap yet.
  "2022": { version: "0.0~20221219", platform: "ptrace" },
  "2024": { version: "0.0~20240729", platform: "systrap" },
};
const releases = ["2022", "2024"] as const satisfies readonly Release[];

/**
 * The releases found: each by its variable (`SENTRYTAP_RUNSC_2022`, `SENTRYTAP_RUNSC_2024`), else where
 * `.ci/install.sh` puts it, else on the PATH. Each was asked for its version.
 */
export function installedRunscs(): readonly Runsc[] {
  return releases.flatMap((release) => {
    const found = candidates(release).find((path) => versionOf(path).includes(known[release].version));
    return found === undefined ? [] : [{ release, path: found, platform: known[release].platform }];
  });
}

/** Whether the release, or any release where none is given, can run a sandbox here; it is tried with a real one. */
export function canRunSandboxes(runsc?: Runsc): Ability {
  if (platform !== "linux") return { ok: false, reason: `gVisor runs on Linux only, this is ${platform}` };
  if (getuid?.() !== 0) return { ok: false, reason: "not root: gVisor needs it to set its sandboxes up" };
  if (runsc !== undefined) return probe(runsc);
  const abilities = installedRunscs().map(probe);
  return (
    abilities.find(({ ok }) => ok) ??
    abilities[0] ?? { ok: false, reason: "no runsc found: run .ci/install.sh" }
  );
}

/**
 * A suite that runs once for each release. A release that cannot run here is skipped, with a line on stderr that nobody
 * overlooks; where `SENTRYTAP_REQUIRE_E2E` is set, it fails instead. `needs` tells of what the suite needs beside a runsc.
 */
export function describeWithRunsc(
  name: string,
  suite: (runsc: Runsc) => void,
  needs: () => Ability = () => ({ ok: true }),
): void {
  const installed = installedRunscs();
  for (const release of releases) {
    const title = `${name} (gVisor ${release})`;
    const runsc = installed.find((one) => one.release === release);
    // Without a runsc the general answer comes first: on a Mac the reason is the Mac, not the missing program.
    const sandboxes = canRunSandboxes(runsc);
    const ability = sandboxes.ok ? needs() : sandboxes;
    if (runsc !== undefined && ability.ok) {
      describe(title, () => {
        afterAll(async () => {
          await stopSandboxes();
          removeRootfs();
        });
        suite(runsc);
      });
      continue;
    }
    const reason = ability.ok ? `no runsc ${release} found: run .ci/install.sh` : ability.reason;
    const { SENTRYTAP_REQUIRE_E2E: required } = env;
    if (required) {
      describe(title, () => {
        test("can run here", () => {
          throw new Error(`end-to-end tests are required (SENTRYTAP_REQUIRE_E2E), but: ${reason}`);
        });
      });
    } else {
      writeSync(2, `\n*** NOT TESTED with real sandboxes: ${title}: ${reason} ***\n\n`);
      describe.skip(title, () => {
        test(reason, () => {});
      });
    }
  }
}

function candidates(release: Release): readonly string[] {
  const named = env[`SENTRYTAP_RUNSC_${release}`];
  if (named) return [named];
  const { SENTRYTAP_RUNSC_DIR: folder = "/opt/sentrytap-runsc", PATH = "" } = env;
  const searched = PATH.split(delimiter).filter(Boolean);
  return [join(folder, release, "usr/bin/runsc"), ...searched.map((one) => join(one, "runsc"))];
}

function versionOf(path: string): string {
  if (!existsSync(path)) return "";
  const asked = spawnSync(path, ["--version"], { encoding: "utf8", timeout: 10_000 });
  return asked.status === 0 ? asked.stdout : "";
}

const probed = new Map<string, Ability>();

function probe(runsc: Runsc): Ability {
  const before = probed.get(runsc.path);
  if (before !== undefined) return before;
  const root = mkdtempSync(join(tmpdir(), "sentrytap-probe-"));
  const flags = ["--root", root, "--network=none", "--ignore-cgroups", `--platform=${runsc.platform}`];
  const tried = spawnSync(runsc.path, [...flags, "do", "true"], {
    encoding: "utf8",
    timeout: 15_000,
    killSignal: "SIGKILL",
  });
  rmSync(root, { recursive: true, force: true });
  const said = tried.error?.message ?? tried.stderr.trim().split("\n").at(-1);
  const ability: Ability =
    tried.status === 0
      ? { ok: true }
      : {
          ok: false,
          reason: `${runsc.path} cannot run a sandbox here: ${said || `exit code ${tried.status}`}`,
        };
  probed.set(runsc.path, ability);
  return ability;
}
