import type { BenchResult, BenchRow } from "./bench-result.ts";
import { receiveWithPipeline } from "./pipeline-process.ts";
import { readRecording } from "./recordings.ts";
import { benchRules } from "./rule-files.ts";
import { prepareTransport } from "./transport-load.ts";

export const name = "growth";
export const onlyByName = true;

const recording = "dpkg_install_falco.2024";
const messages = 50_200_000;
/** Of what is in use after 5 million messages; a collection leaves a little more or less. */
const none = { atMost: 1.05 };

/** What memory is in use after 5, 25 and 50 million messages of one sandbox, all garbage collected. */
export async function run(): Promise<BenchResult> {
  const rules = benchRules();
  const packets = await readRecording(recording);
  if (packets === undefined) return { rows: [] };
  await using transport = await prepareTransport(packets);
  const load = transport.load(messages, 1);
  const { memory = [] } = await receiveWithPipeline(load, { rules, watch: "memory" });
  const [first, , last] = memory;
  if (first === undefined || last === undefined) throw new Error("memory was not looked at");
  const rows = memory.flatMap(({ messages: after, rss, heap }): readonly BenchRow[] => {
    const subject = `after ${Math.floor(after / 1e6)} million messages`;
    return [
      { what: `${subject}: memory of the process`, value: rss / 1e6, unit: "MB" },
      { what: `${subject}: heap`, value: heap / 1e6, unit: "MB" },
    ];
  });
  return {
    rows: [
      ...rows,
      {
        what: "memory after 50 million messages, of after 5",
        value: last.rss / first.rss,
        unit: "x",
        reach: none,
      },
      {
        what: "heap after 50 million messages, of after 5",
        value: last.heap / first.heap,
        unit: "x",
        reach: none,
      },
    ],
  };
}
