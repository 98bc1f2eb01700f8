import { type BenchResult, type BenchRow, type Curve, median, ratios } from "./bench-result.ts";
import { receiveWithPipeline } from "./pipeline-process.ts";
import { readRecording } from "./recordings.ts";
import { benchRules } from "./rule-files.ts";
import { prepareTransport, type Received, type Transport } from "./transport-load.ts";

export const name = "sandboxes";

const recording = "dpkg_install_falco.2024";
const counts = [1, 10, 100, 500];
const rounds = 3;
/** Messages a second, of all sandboxes together. */
const rates = [50_000, 200_000];
/** How long messages count. */
const seconds = 3;
/** After so many, at least, what is compiled is compiled. */
const warm = 600_000;
const most = 1.2;

/**
 * What a message costs by how many sandboxes send it: CPU of the whole pipeline, in times what it is of one sandbox. And what the
 * bare C receiver's grows to under the same load, nearly all of which is the kernel's.
 */
export async function run(): Promise<BenchResult> {
  const packets = await readRecording(recording);
  if (packets === undefined) return { rows: [] };
  await using transport = await prepareTransport(packets);
  const results: BenchResult[] = [];
  for (const rate of rates) results.push(await atRate(rate, transport, packets.length));
  return {
    rows: results.flatMap(({ rows }) => rows),
    curves: results.flatMap(({ curves = [] }) => curves),
  };
}

async function atRate(rate: number, transport: Transport, recorded: number): Promise<BenchResult> {
  const rules = benchRules();
  const pipeline = counts.map((): number[] => []);
  const bare = counts.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, count] of counts.entries()) {
      // Every sandbox has sent the whole recording by then: from there on none says anything new.
      const warmUp = Math.max(warm, count * recorded);
      const load = transport.load(warmUp + seconds * rate, count, { rate, warmUp });
      pipeline[index]?.push(cpuOfMessage(await receiveWithPipeline(load, { rules, warmUp })));
      const same = transport.load(seconds * rate, count, { rate });
      bare[index]?.push(cpuOfMessage(await same.receiveBare()));
    }
  }
  const perSecond = `${rate.toLocaleString("en")} a second`;
  const curve: Curve = {
    name: "Cost by sandboxes",
    line: `${perSecond} in all`,
    xLabel: "sandboxes connected",
    yLabel: "CPU of a message, of one sandbox",
    points: counts.map((x, index) => ({ x, y: ofOne(pipeline, index) })),
    reach: most,
  };
  const rows = counts.flatMap((count, index): readonly BenchRow[] => {
    const what = `${count === 1 ? "1 sandbox" : `${count} sandboxes`}, ${perSecond}`;
    const reach = count === 500 ? { reach: { atMost: most } } : {};
    return [...rowsOf(what, pipeline, index, reach), ...rowsOf(`${what}, bare C receiver`, bare, index)];
  });
  return { rows, curves: [curve] };
}

function cpuOfMessage({ cpuUs, messages }: Received): number {
  return cpuUs / messages;
}

/** Rounds of each number of sandboxes. */
type Costs = readonly (readonly number[])[];

/** What `counts[index]` sandboxes cost, in times one. */
function ofOne(costs: Costs, index: number): number {
  return median(ratios(costs[index] ?? [], costs[0] ?? []));
}

function rowsOf(
  what: string,
  costs: Costs,
  index: number,
  reach: Pick<BenchRow, "reach"> = {},
): readonly BenchRow[] {
  const cost = { what: `${what}: CPU of a message`, value: median(costs[index] ?? []), unit: "us" };
  const ratio = { what: `${what}: CPU, of one sandbox`, value: ofOne(costs, index), unit: "x", ...reach };
  return index === 0 ? [cost] : [cost, ratio];
}
