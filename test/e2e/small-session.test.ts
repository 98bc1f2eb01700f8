import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  createRunsc,
  type Fidelity,
  loadRuleFiles,
  type PointConfig,
  planSession,
  podInitConfig,
  type RuleSet,
} from "sentrytap";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWithRunsc, type Runsc, type SandboxResult, startSandbox } from "./runsc.ts";
import { watch } from "./watch.ts";

// The alerts of a session that was planned for rules are those of one that asks for everything.

const here = fileURLToPath(new URL(".", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "sentrytap-detections-"));

beforeAll(() => {
  copyFileSync(join(here, "detections.sh"), join(folder, "detections.sh"));
  const program = join(folder, "detections");
  const compiled = spawnSync("cc", ["-O1", "-static", "-w", "-o", program, join(here, "detections.c")], {
    encoding: "utf8",
  });
  if (compiled.status !== 0) throw new Error(`cannot compile detections.c: ${compiled.stderr}`);
});
afterAll(() => rmSync(folder, { recursive: true }));

const shared = fileURLToPath(new URL("../../../shared/rules/", import.meta.url));
const publicFiles = ["falco_rules.yaml", "falco-incubating_rules.yaml", "falco-sandbox_rules.yaml"].map(
  (name) => `${shared}${name}`,
);
if (!existsSync(shared))
  console.warn(`*** NOT TESTED: sessions for the public rules: there is no ${shared} ***`);

/** Does what detections look for, and something of that from outside, by `runsc exec`. */
async function doAll(runsc: Runsc, podInit: object): Promise<SandboxResult> {
  const running = startSandbox({
    runsc,
    args: [
      "/bin/bash",
      "-c",
      ". /opt/detections/detections.sh; while [ ! -e /tmp/done ]; do sleep 0.1; done",
    ],
    podInit,
    mounts: [{ source: folder, destination: "/opt/detections" }],
    timeoutMs: 60_000,
  });
  const exec = async (...command: readonly string[]): Promise<number> =>
    (await running.runsc("exec", running.containerId, ...command)).exitCode;
  await expect.poll(() => exec("/bin/cat", "/tmp/linked"), { timeout: 30_000 }).toBe(0);
  await exec("/bin/bash", "-c", "cat /etc/shadow; touch /bin/planted-by-exec; cd /etc && cat shadow");
  await exec("/bin/touch", "/tmp/done");
  return running.ended;
}

/** What the detections raise under a session with `points`: each alert's words, in an order of their own. */
async function alertsUnder(
  runsc: Runsc,
  points: readonly PointConfig[],
  rules: RuleSet,
): Promise<readonly string[]> {
  const { result, alerts, stats } = await watch((podInit) => doAll(runsc, podInit), { rules, points });
  expect(result.exitCode, result.stderr).toBe(0);
  expect(stats).toMatchObject({ dropped: 0, malformed: 0 });
  return alerts
    .map(({ rule, output }) => `${rule}: ${output.replace(result.containerId.slice(0, 12), "ID")}`)
    .sort();
}

/** Everything that the runsc tells, decoded or, where rules need it, raw. */
function everything(planned: readonly PointConfig[]): readonly PointConfig[] {
  const { points } = podInitConfig({ endpoint: "/s", points: "all" }).trace_session;
  return [...points, ...planned.filter(({ name }) => name.includes("/sysno/"))];
}

/** What a daemon would tell of the container. */
const box = { name: "box", image: "box:1", privileged: true };

/** The rules whose alerts `lines` are. */
function rulesIn(lines: readonly string[]): readonly string[] {
  return [...new Set(lines.map((line) => line.slice(0, line.indexOf(":"))))];
}

describeWithRunsc("a session planned for rules", (runsc) => {
  const compare = async (
    files: readonly string[] | undefined,
    fidelity: Fidelity,
  ): Promise<readonly string[]> => {
    const rules = await loadRuleFiles(files, { containers: () => box });
    const metadata = await createRunsc({ path: runsc.path, root: "/run/runsc" }).traceMetadata();
    const available = metadata.points.map(({ name }) => name);
    const { points } = planSession(rules, { fidelity, available });
    const full = await alertsUnder(runsc, everything(points), rules);
    const small = await alertsUnder(runsc, points, rules);
    if (fidelity === "exact") expect(small).toEqual(full);
    else expect(rulesIn(small)).toEqual(rulesIn(full));
    return rulesIn(small);
  };

  test("raises the alerts of a full one for the starter rules", async () => {
    expect(await compare(undefined, "exact")).toHaveLength(6);
  }, 60_000);

  test("raises alerts of the same rules where it is lean", async () => {
    expect(await compare(undefined, "lean")).toHaveLength(6);
  }, 60_000);

  test.skipIf(!existsSync(shared))(
    "raises the alerts of a full one for the public rules",
    async () => {
      const raised = await compare(publicFiles, "exact");
      expect(raised.length).toBeGreaterThan(20);
      // What the tables alone tell, what a raw point alone tells, and what no path tells.
      expect(raised).toEqual(
        expect.arrayContaining([
          "Redirect STDOUT/STDIN to Network Connection in Container",
          "Set Setuid or Setgid bit",
          "PTRACE attached to process",
          "Fileless execution via memfd_create",
          "Read sensitive file untrusted",
        ]),
      );
    },
    60_000,
  );
});
