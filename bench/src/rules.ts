import { normalize } from "@sentrytap/events";
import type { RuleSet, RuleSource } from "@sentrytap/rules";
import { createTracker, type TrackedEvent } from "@sentrytap/state";
import { decodeFrame, isMessage, type TracedSandbox } from "@sentrytap/wire";
import { type BenchResult, type BenchRow, type Curve, median, ratios } from "./bench-result.ts";
import { cpuNsOfMessage } from "./cpu.ts";
import { joined, type Packets } from "./packets.ts";
import { readRecording } from "./recordings.ts";
import { benchRules, load, readRules } from "./rule-files.ts";
import { multiply, type Variation } from "./rule-variants.ts";
import { inTurns } from "./turns.ts";

export const name = "rules";

const recordings = ["apt_update.2024", "dpkg_install.2024", "http_curl_falco.2024"];
const variations: readonly Variation[] = ["copied", "changed", "narrowed", "mixed"];
const factors = [1, 2, 5, 10, 20];
const rounds = 7;
const roundMs = 150;

/** What ten times the rules are to cost at most, per event. */
const reach = 1.5;

/**
 * What an event costs with ten times the rules, from bytes to alerts, to what it costs with the rules as they are, and a
 * curve of that. It is CPU time, in rounds in which all rule sets take turns.
 */
export async function run(): Promise<BenchResult> {
  const sources = readRules(benchRules());
  const rows: BenchRow[] = [];
  const points = new Map<number, number[]>();
  for (const recording of recordings) {
    const packets = await readRecording(recording);
    if (packets === undefined) continue;
    rows.push(...(await byVariation(recording, joined(packets), sources)));
    for (const [factor, cost] of await byFactor(joined(packets), sources)) {
      const costs = points.get(factor) ?? [];
      points.set(factor, costs);
      costs.push(cost);
    }
  }
  return { rows, curves: [curveOf(points)] };
}

async function byVariation(
  recording: string,
  packets: Packets,
  sources: readonly RuleSource[],
): Promise<BenchRow[]> {
  const base = load(sources);
  const sets = variations.map((variation) => load(multiply(sources, 10, variation)));
  const [single = [], ...costs] = await costsOf([base, ...sets], packets);
  return variations.map((variation, i) => ({
    what: `${recording}: 10 times the rules, ${variation}`,
    value: median(ratios(costs[i] ?? [], single)),
    unit: "x",
    reach: { atMost: reach },
  }));
}

/** What an event costs by how many times the rules there are, each variant another way than the one before. */
async function byFactor(
  packets: Packets,
  sources: readonly RuleSource[],
): Promise<ReadonlyMap<number, number>> {
  const sets = factors.map((factor) => load(multiply(sources, factor, "mixed")));
  const costs = await costsOf(sets, packets);
  const [single = []] = costs;
  return new Map(factors.map((factor, i) => [factor, median(ratios(costs[i] ?? [], single))]));
}

/** Nanoseconds of CPU for a message, of each rule set in each round. */
function costsOf(sets: readonly RuleSet[], packets: Packets): Promise<readonly (readonly number[])[]> {
  return inTurns(rounds, sets, (rules) => cpuNsOfMessage((each) => judge(rules, each), packets, roundMs));
}

/** From bytes to alerts, as of a sandbox that starts. */
function judge(rules: RuleSet, { bytes, starts, count }: Packets): void {
  const sandbox: TracedSandbox = { id: "bench", arch: "x64" };
  const tracker = createTracker();
  const look = (event: TrackedEvent): void => {
    rules.evaluate(event);
  };
  for (let i = 0; i < count; i++) {
    const message = decodeFrame(sandbox, bytes, starts[i] as number, starts[i + 1] as number); // in bounds
    if (isMessage(message)) normalize(message, (event) => tracker.apply(event, look));
  }
}

function curveOf(points: ReadonlyMap<number, readonly number[]>): Curve {
  return {
    name: "Cost by rules",
    xLabel: "times the public rules, every variant different",
    yLabel: "CPU of a message, of the rules as they are",
    points: Array.from(points, ([x, costs]) => ({ x, y: median(costs) })),
    reach,
  };
}
