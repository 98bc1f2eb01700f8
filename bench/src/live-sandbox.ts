import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { podInitConfig } from "@sentrytap/runsc";
import { compile } from "./compile.ts";

/** A release of gVisor that is installed here. */
export interface Release {
  readonly name: string;
  /** Its runsc. */
  readonly path: string;
  readonly platform: string;
}

/** The releases that are here and can run sandboxes. */
export function installedReleases(): readonly Release[] {
  const { SENTRYTAP_RUNSC_DIR: folder = "/opt/sentrytap-runsc" } = process.env;
  const known = [
    { name: "2022", platform: "ptrace" },
    { name: "2024", platform: "systrap" },
  ];
  const found = known.map((each) => ({ ...each, path: join(folder, each.name, "usr/bin/runsc") }));
  const able = found.filter(({ path }) => existsSync(path) && process.getuid?.() === 0);
  if (able.length < found.length) {
    console.error("SKIPPED: what monitoring costs (it needs root and .ci/install.sh)");
  }
  return able;
}

/** What one run of a script took. */
export interface Run {
  readonly seconds: number;
  /** That the sandbox sent. */
  readonly messages: number;
}

/** What runs in a sandbox. */
export interface Script {
  /** Lines of shell that are not timed. */
  readonly prepare: string;
  readonly timed: string;
}

/**
 * Runs a script in a sandbox whose session asks for `points`; without them it has none. The bare C receiver takes the messages,
 * as fast as can be. `folder` is for its files.
 */
export async function runInSandbox(
  { path, platform }: Release,
  { prepare, timed }: Script,
  points: readonly object[] | undefined,
  folder: string,
): Promise<Run> {
  const flags = [
    `--root=${join(folder, "root")}`,
    "--network=none",
    "--ignore-cgroups",
    `--platform=${platform}`,
  ];
  const receiving = points && (await receive(points, folder));
  const counted = receiving?.child.stdout ? text(receiving.child.stdout) : undefined;
  if (receiving !== undefined) flags.push(`--pod-init-config=${receiving.podInit}`);
  const script = `${prepare}; s=$(date +%s%N); ${timed}; e=$(date +%s%N); echo $(((e - s) / 1000))`;
  // Not inherited: runsc makes what it gets as standard streams its sandbox's own.
  const sandbox = spawn(path, [...flags, "do", "/bin/sh", "-c", script], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = text(sandbox.stderr);
  const [printed, [status]] = await Promise.all([text(sandbox.stdout), once(sandbox, "exit")]);
  if (status !== 0) throw new Error(`the sandbox ended with code ${status}: ${await said}`);
  const messages = Number((await counted)?.trim().split(/\s+/).at(-4) ?? 0);
  return { seconds: Number(printed.trim()) / 1e6, messages };
}

/** Has the receiver listen for one sandbox, and writes the file with which that connects. */
async function receive(
  points: readonly object[],
  folder: string,
): Promise<{ readonly child: ChildProcess; readonly podInit: string }> {
  const endpoint = join(folder, "s.sock");
  const podInit = join(folder, "pod-init.json");
  const { trace_session: session } = podInitConfig({ endpoint });
  writeFileSync(podInit, JSON.stringify({ trace_session: { ...session, points } }));
  rmSync(endpoint, { force: true });
  const child = spawn(compile("receiver"), [endpoint, "1"], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout ?? child, "readable");
  return { child, podInit };
}
