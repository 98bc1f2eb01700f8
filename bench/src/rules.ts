import { normalize } from "@sentrytap/events";
import type { RuleSet } from "@sentrytap/rules";
import { createTracker, type TrackedEvent } from "@sentrytap/state";
import { type BenchResult, type BenchRow, median, ratios } from "./bench-result.ts";
import { eachMessage } from "./each-message.ts";
import { joined, measure, type Packets } from "./packets.ts";
import { readRecording } from "./recordings.ts";
import { load, publicRules, readRules, starterRules } from "./rule-files.ts";

export const name = "rules";

const recordings = ["heavy_io.2024", "apt_update.2024", "dpkg_install.2024"];
const rounds = 7;
const roundMs = 300;

/**
 * What rules cost: messages a second from bytes to alerts, as a ratio to the same without rules, in the same rounds. The
 * rules are Falco's three public files where they stand beside the repository, and the starter rules where not.
 */
export async function run(): Promise<BenchResult> {
  const sources = readRules(publicRules("the public rules: the starter rules instead") ?? starterRules);
  const begin = process.cpuUsage();
  const rules = load(sources);
  const { user, system } = process.cpuUsage(begin);
  const rows: BenchRow[] = [
    { what: "rules", value: rules.rules.length, unit: "rules" },
    { what: "loading them for the first time", value: (user + system) / 1000, unit: "ms of CPU" },
  ];
  for (const recording of recordings) {
    const packets = await readRecording(recording);
    if (packets !== undefined) rows.push(...rowsOf(recording, joined(packets), rules));
  }
  return { rows };
}

function rowsOf(recording: string, packets: Packets, rules: RuleSet): BenchRow[] {
  const tracked: number[] = [];
  const judged: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const without = measure((all) => pass(all, () => 0), packets, roundMs);
    const withRules = measure((all) => pass(all, (event) => rules.evaluate(event).length), packets, roundMs);
    if (round === 0) continue; // it warms up
    tracked.push(without);
    judged.push(withRules);
  }
  return [
    { what: `${recording}: tracked`, value: median(tracked), unit: "messages/s" },
    { what: `${recording}: and judged`, value: median(judged), unit: "messages/s" },
    { what: `${recording}: and judged: of tracking`, value: median(ratios(judged, tracked)), unit: "x" },
  ];
}

function pass(packets: Packets, judge: (event: TrackedEvent) => number): number {
  const tracker = createTracker();
  let alerts = 0;
  const look = (event: TrackedEvent): void => {
    alerts += judge(event);
  };
  eachMessage(packets, (message) => normalize(message, (event) => tracker.apply(event, look)));
  return alerts;
}
