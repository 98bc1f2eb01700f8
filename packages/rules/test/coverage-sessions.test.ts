import { readdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { pipe, stage } from "@sentrytap/core";
import { events } from "@sentrytap/events";
import { readSessionConfig, streamOf } from "@sentrytap/runsc";
import { createTracker, parseProcfs, type TrackedEvent, track } from "@sentrytap/state";
import { decodeFrames, readTrace } from "@sentrytap/wire";
import { describe, expect, test } from "vitest";
import { coverageOf } from "../src/coverage/coverage-of.ts";
import { assessmentsOf } from "../src/coverage/stream-assessments.ts";
import type { RuleSet } from "../src/evaluating/rule-set.ts";
import { checkFields } from "./coverage-fields.ts";
import { mustLoad } from "./load.ts";
import { hasReference, readBytes, readReference } from "./reference.ts";

// Recordings whose session is known: with what the session does not ask for, nothing is said that did not hold.

const hasRecordings = hasReference("coverage under the sessions of the recordings");
const folder = fileURLToPath(new URL("../../../../shared/traces/", import.meta.url));

interface Recorded {
  readonly name: string;
  readonly file: string;
  readonly session: string;
}

/** Bytes on disk: what is larger tells nothing new, and takes long. */
const maxSize = 30_000;

function recordings(): readonly Recorded[] {
  const files = readdirSync(folder);
  return files
    .filter((file) => file.endsWith(".json") && !file.includes("procfs"))
    .flatMap((file) => {
      const name = file.slice(0, -".json".length);
      const { config } = JSON.parse(readReference(`traces/${file}`)) as { readonly config: string };
      const session = config.replace("configs/", "traces/sessions/");
      return files
        .filter((trace) => trace.startsWith(`${name}.`) && /\.trace(?:\.zst)?$/.test(trace))
        .filter((trace) => statSync(folder + trace).size <= maxSize)
        .map((trace) => ({ name: trace, file: trace, session }));
    });
}

/** The public rules as Falco ran them here, which are those that fire without metadata. */
function publicRules(): RuleSet {
  const names = ["falco_rules.yaml", "falco-incubating_rules.yaml", "falco-sandbox_rules.yaml"];
  const text = names.map((name) => readReference(`rules/falco-peer/${name}`)).join("\n");
  return mustLoad(text).select([{ enable: { rule: "*" } }]).rules;
}

describe.runIf(hasRecordings)("under the session of a recording", () => {
  const rules = hasRecordings ? publicRules() : mustLoad("[]");

  test.each(hasRecordings ? recordings() : [])("$name", { timeout: 120_000 }, async ({ file, session }) => {
    const config = readSessionConfig(readReference(session), session).session;
    const dump = readdirSync(folder).find(
      (each) => each === `${file.split(".").slice(0, 2).join(".")}.procfs.json`,
    );
    const stream = streamOf(config, { arch: "x64", seeded: dump !== undefined });
    const covered = new Map(coverageOf(rules, { stream }).map((each) => [each.rule, each.canFire]));
    const tracker = createTracker();
    const sandbox = { id: file, arch: "x64" } as const;
    if (dump !== undefined) tracker.seed(sandbox, parseProcfs(readReference(`traces/${dump}`)));
    const wrong = new Set<string>();
    const checkEvent = checkFields(assessmentsOf(stream), wrong);
    const check = stage("check", (event: TrackedEvent) => {
      checkEvent(event);
      for (const { rule } of rules.evaluate(event, "all")) if (covered.get(rule) !== true) wrong.add(rule);
      return undefined;
    });
    const messages = decodeFrames(sandbox)(readTrace(once(readBytes(`traces/${file}`))));
    for await (const _ of pipe(messages, events(), track(tracker), check));
    expect([...wrong].sort()).toEqual([]);
  });
});

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
