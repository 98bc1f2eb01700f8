import { type BenchResult, type BenchRow, type Curve, median, ratios } from "./bench-result.ts";
import { receiveWithPipeline } from "./pipeline-process.ts";
import { readRecording } from "./recordings.ts";
import { benchRules } from "./rule-files.ts";
import { prepareTransport } from "./transport-load.ts";

export const name = "sandboxes";

const recording = "dpkg_install_falco.2024";
const connections = [1, 10, 100, 500];
const rounds = 3;
/** Messages a second, of all sandboxes together. */
const rate = 200_000;
const messages = 1_400_000;
/** Of these. */
const warmUp = 600_000;
const most = 1.2;

/** What a message costs by how many sandboxes send it: CPU of the whole pipeline, in times what it is of one sandbox. */
export async function run(): Promise<BenchResult> {
  const rules = benchRules();
  const packets = await readRecording(recording);
  if (packets === undefined) return { rows: [] };
  await using transport = await prepareTransport(packets);
  const cpu = connections.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, count] of connections.entries()) {
      const load = transport.load(messages, count, { rate });
      const { cpuUs, messages: counted } = await receiveWithPipeline(load, { rules, warmUp });
      cpu[index]?.push(cpuUs / counted);
    }
  }
  const points = connections.map((x, index) => ({ x, y: median(ratios(cpu[index] ?? [], cpu[0] ?? [])) }));
  const rows = points.flatMap(({ x, y }, index): readonly BenchRow[] => {
    const cost = { what: `${x} sandboxes: CPU of a message`, value: median(cpu[index] ?? []), unit: "us" };
    const ratio = { what: `${x} sandboxes: CPU, of one sandbox`, value: y, unit: "x" };
    if (index === 0) return [{ ...cost, what: "1 sandbox: CPU of a message" }];
    return [cost, x === 500 ? { ...ratio, reach: { atMost: most } } : ratio];
  });
  const curve: Curve = {
    name: "Cost by sandboxes",
    xLabel: `sandboxes connected, ${rate.toLocaleString("en")} messages a second in all`,
    yLabel: "CPU of a message, of one sandbox",
    points,
    reach: most,
  };
  return { rows, curves: [curve] };
}
