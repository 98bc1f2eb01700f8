import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRunsc, planSession } from "@sentrytap/runsc";
import { type BenchResult, type BenchRow, median } from "./bench-result.ts";
import { falcoPoints } from "./falco-session.ts";
import { installedReleases, type Release, type Run, runInSandbox } from "./live-sandbox.ts";
import { load, publicRules, readRules, starterRules } from "./rule-files.ts";

export const name = "cost";
export const onlyByName = true;

const rounds = 3;

/** What runs in the sandbox, on this machine's own files. */
const workloads: Readonly<Record<string, string>> = {
  dd: "dd if=/dev/zero of=/dev/null bs=4k count=150000 2>/dev/null",
  find: "find /usr -type f >/dev/null",
  "150 programs": "i=0; while [ $i -lt 150 ]; do /bin/true; i=$((i+1)); done",
  "compile 10 files": "for i in 0 1 2 3 4 5 6 7 8 9; do cc -O0 -c -o /tmp/x.o /tmp/x.c || exit 1; done",
};
const prepare = `printf '#include <stdio.h>\\n#include <stdlib.h>\\n#include <sys/socket.h>\\nint main(void){return 0;}\\n' > /tmp/x.c`;

/** A session that is measured. */
interface Session {
  readonly name: string;
  readonly points: readonly object[];
}

/** What the time without a session goes by. */
const none = "none";

/**
 * What monitoring costs the application: how long workloads take in live sandboxes with no session, with Falco's, and with those
 * that rules need. The sessions take turns.
 */
export async function run(): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), "sentrytap-cost-"));
  const rows: BenchRow[] = [];
  try {
    for (const release of installedReleases()) {
      const sessions = await sessionsFor(release);
      for (const [workload, timed] of Object.entries(workloads)) {
        const measure = (points?: Session["points"]): Promise<Run> =>
          runInSandbox(release, { prepare, timed }, points, folder);
        rows.push(...rowsOf(`${release.name}, ${workload}`, await takeTurns(sessions, measure)));
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return { rows };
}

/** The runs by the name of their session. */
async function takeTurns(
  sessions: readonly Session[],
  measure: (points?: Session["points"]) => Promise<Run>,
): Promise<ReadonlyMap<string, readonly Run[]>> {
  // Warms caches, and is not counted.
  await measure();
  const runs = new Map<string, Run[]>(
    [none, ...sessions.map((session) => session.name)].map((of) => [of, []]),
  );
  for (let round = 0; round < rounds; round++) {
    runs.get(none)?.push(await measure());
    for (const session of sessions) runs.get(session.name)?.push(await measure(session.points));
  }
  return runs;
}

/** Falco's session, and those for the public and the starter rules, of points that the release has. */
async function sessionsFor({ path }: Release): Promise<readonly Session[]> {
  const metadata = await createRunsc({ path, root: "/run/runsc" }).traceMetadata();
  const available = metadata.points.map((point) => point.name);
  const planned = (title: string, files: readonly string[]): readonly Session[] => {
    // A daemon tells of containers.
    const rules = load(readRules(files), { containers: () => undefined });
    return (["exact", "lean"] as const).map((fidelity) => ({
      name: `${title}, ${fidelity}`,
      points: planSession(rules, { available, fidelity }).points,
    }));
  };
  const files = publicRules("sessions for the public rules");
  return [
    { name: "Falco's", points: falcoPoints },
    ...(files === undefined ? [] : planned("public rules", files)),
    ...planned("starter rules", starterRules),
  ];
}

/** Of each session the time, what that is to the time without one, and its share of what Falco's adds. */
function rowsOf(what: string, runs: ReadonlyMap<string, readonly Run[]>): readonly BenchRow[] {
  // The fastest: whatever else a machine does makes a run slower, and none faster.
  const seconds = (session: string): number =>
    Math.min(...(runs.get(session) ?? []).map((each) => each.seconds));
  const bare = seconds(none);
  const added = seconds("Falco's") - bare;
  return Array.from(runs, ([session, done]): readonly BenchRow[] => {
    const took = seconds(session);
    const subject = `${what}: ${session}`;
    const rows = [{ what: subject, value: took, unit: "s" }];
    if (session === none) return rows;
    rows.push({ what: `${subject}, messages`, value: median(done.map((each) => each.messages)), unit: "" });
    rows.push({ what: `${subject}, of no session`, value: took / bare, unit: "x" });
    const share = { what: `${subject}, of what Falco's adds`, value: (took - bare) / added, unit: "x" };
    return session === "Falco's" ? rows : [...rows, share];
  }).flat();
}
