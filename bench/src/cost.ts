import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { loadRules, type RuleSet } from "@sentrytap/rules";
import { createRunsc, planSession, podInitConfig } from "@sentrytap/runsc";
import { type BenchResult, type BenchRow, median } from "./bench-result.ts";
import { compile } from "./compile.ts";
import { falcoPoints } from "./falco-session.ts";

export const name = "cost";

const rounds = 3;

/** What runs in the sandbox, on this machine's own files. */
const workloads: Readonly<Record<string, string>> = {
  dd: "dd if=/dev/zero of=/dev/null bs=4k count=150000 2>/dev/null",
  find: "find /usr -type f >/dev/null",
  "150 programs": "i=0; while [ $i -lt 150 ]; do /bin/true; i=$((i+1)); done",
  "compile 10 files": "for i in 0 1 2 3 4 5 6 7 8 9; do cc -O0 -c -o /tmp/x.o /tmp/x.c || exit 1; done",
};
const prepare = `printf '#include <stdio.h>\\n#include <stdlib.h>\\n#include <sys/socket.h>\\nint main(void){return 0;}\\n' > /tmp/x.c`;

const shared = fileURLToPath(new URL("../../../shared/rules/", import.meta.url));
const publicFiles = ["falco_rules.yaml", "falco-incubating_rules.yaml", "falco-sandbox_rules.yaml"];
const starter = fileURLToPath(new URL("../../packages/sentrytap/rules/starter_rules.yaml", import.meta.url));

interface Release {
  readonly release: string;
  readonly path: string;
  readonly platform: string;
}

/** A session, or none, and what it asks for. */
interface Way {
  readonly session: string;
  readonly points: readonly object[] | undefined;
}

interface Run {
  readonly seconds: number;
  readonly messages: number;
}

/**
 * What monitoring costs the application: how long workloads take in live sandboxes with no session, with Falco's, and with those
 * that rules need. A bare receiver takes the messages, as fast as can be. The sessions take turns.
 */
export async function run(): Promise<BenchResult> {
  const releases = installed();
  if (releases.length === 0) return { rows: [] };
  const receiver = compile("receiver");
  const folder = mkdtempSync(join(tmpdir(), "sentrytap-cost-"));
  const rows: BenchRow[] = [];
  try {
    for (const release of releases) {
      const ways = await waysOf(release);
      for (const workload of Object.keys(workloads)) {
        const runs = new Map<string, Run[]>(ways.map(({ session }) => [session, []]));
        // Warms caches, and is not counted.
        await measure(release, { session: "none", points: undefined }, workload, receiver, folder);
        for (let round = 0; round < rounds; round++) {
          for (const way of ways) {
            runs.get(way.session)?.push(await measure(release, way, workload, receiver, folder));
          }
        }
        rows.push(...rowsOf(`${release.release}, ${workload}`, runs));
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return { rows };
}

/** The releases that are here and can run sandboxes. */
function installed(): readonly Release[] {
  const { SENTRYTAP_RUNSC_DIR: folder = "/opt/sentrytap-runsc" } = process.env;
  const known = [
    { release: "2022", platform: "ptrace" },
    { release: "2024", platform: "systrap" },
  ];
  const found = known.map((each) => ({ ...each, path: join(folder, each.release, "usr/bin/runsc") }));
  const able = found.filter(({ path }) => existsSync(path) && process.getuid?.() === 0);
  if (able.length < found.length) {
    console.error("SKIPPED: what monitoring costs (it needs root and .ci/install.sh)");
  }
  return able;
}

async function waysOf({ path }: Release): Promise<readonly Way[]> {
  const metadata = await createRunsc({ path, root: "/run/runsc" }).traceMetadata();
  const available = metadata.points.map(({ name: point }) => point);
  const ways: Way[] = [
    { session: "none", points: undefined },
    { session: "Falco's", points: falcoPoints },
  ];
  const add = (session: string, rules: RuleSet): void => {
    for (const fidelity of ["exact", "lean"] as const) {
      const { points } = planSession(rules, { available, fidelity });
      ways.push({ session: `${session}, ${fidelity}`, points });
    }
  };
  if (existsSync(shared)) add("public rules", await load(publicFiles.map((file) => shared + file)));
  else console.error(`SKIPPED: sessions for the public rules (no ${shared})`);
  add("starter rules", await load([starter]));
  return ways;
}

async function load(paths: readonly string[]): Promise<RuleSet> {
  const sources = await Promise.all(
    paths.map(async (path) => ({ name: path, text: await readFile(path, "utf8") })),
  );
  const loaded = loadRules(sources);
  if (!loaded.ok) throw new Error("the rules do not load");
  return loaded.rules;
}

async function measure(
  { path, platform }: Release,
  { points }: Way,
  workload: string,
  receiver: string,
  folder: string,
): Promise<Run> {
  const endpoint = join(folder, "s.sock");
  const flags = [
    "--root",
    join(folder, "root"),
    "--network=none",
    "--ignore-cgroups",
    `--platform=${platform}`,
  ];
  let receiving: ChildProcess | undefined;
  if (points !== undefined) {
    const config = podInitConfig({ endpoint });
    const session = { trace_session: { ...config.trace_session, points } };
    writeFileSync(join(folder, "pod-init.json"), JSON.stringify(session));
    flags.push(`--pod-init-config=${join(folder, "pod-init.json")}`);
    rmSync(endpoint, { force: true });
    receiving = spawn(receiver, [endpoint, "1"], { stdio: ["ignore", "pipe", "inherit"] });
    await once(receiving.stdout ?? receiving, "readable");
  }
  const script = `${prepare}; s=$(date +%s%N); ${workloads[workload]}; e=$(date +%s%N); echo $(((e - s) / 1000))`;
  const counted = receiving?.stdout ? text(receiving.stdout) : undefined;
  // Not inherited: runsc makes what it gets as standard streams its sandbox's own.
  const sandbox = spawn(path, [...flags, "do", "/bin/sh", "-c", script], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = text(sandbox.stderr);
  const [printed, [status]] = await Promise.all([text(sandbox.stdout), once(sandbox, "exit")]);
  if (status !== 0) throw new Error(`the sandbox ended with code ${status}: ${await said}`);
  const messages = Number((await counted)?.trim().split(/\s+/).at(-3) ?? 0);
  return { seconds: Number(printed.trim()) / 1e6, messages };
}

/** Of each session the time, what that is to the time without one, and its share of what Falco's adds. */
function rowsOf(what: string, runs: ReadonlyMap<string, readonly Run[]>): readonly BenchRow[] {
  const seconds = (session: string): number => median((runs.get(session) ?? []).map((run) => run.seconds));
  const none = seconds("none");
  const added = seconds("Falco's") - none;
  return Array.from(runs, ([session, done]): readonly BenchRow[] => {
    const took = seconds(session);
    const subject = `${what}: ${session}`;
    const rows = [{ what: subject, value: took, unit: "s" }];
    if (session === "none") return rows;
    rows.push({ what: `${subject}, messages`, value: median(done.map((run) => run.messages)), unit: "" });
    rows.push({ what: `${subject}, of no session`, value: took / none, unit: "x" });
    const share = { what: `${subject}, of what Falco's adds`, value: (took - none) / added, unit: "x" };
    return session === "Falco's" ? rows : [...rows, share];
  }).flat();
}
