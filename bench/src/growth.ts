import type { BenchResult, BenchRow } from "./bench-result.ts";
import { type MemorySample, receiveWithPipeline } from "./pipeline-process.ts";
import { readRecording } from "./recordings.ts";
import { benchRules } from "./rule-files.ts";
import { prepareTransport } from "./transport-load.ts";

export const name = "growth";
export const onlyByName = true;

const recording = "dpkg_install_falco.2024";
const messages = 50_200_000;
/** What is in use after 50 million messages, of after 10; a collection leaves a little more or less. */
const none = { atMost: 1.05 };

/**
 * What memory is in use after every 5 million messages of one sandbox, all garbage collected. It is held against what is in use
 * after 10 million: V8's young generation, and the slabs that are on their way to JavaScript, have their size by then.
 */
export async function run(): Promise<BenchResult> {
  const rules = benchRules();
  const packets = await readRecording(recording);
  if (packets === undefined) return { rows: [] };
  await using transport = await prepareTransport(packets);
  const load = transport.load(messages, 1);
  const { memory = [] } = await receiveWithPipeline(load, { rules, watch: "memory" });
  const [first, last] = [10, 50].map((millions) =>
    memory.find((sample) => sample.messages >= millions * 1e6),
  );
  if (first === undefined || last === undefined) throw new Error("memory was not looked at");
  const after = "after 50 million messages, of after 10";
  return {
    rows: [
      ...memory.flatMap(rowsOf),
      { what: `memory of the process ${after}`, value: last.rss / first.rss, unit: "x", reach: none },
      { what: `heap ${after}`, value: last.heap / first.heap, unit: "x", reach: none },
    ],
  };
}

function rowsOf({ messages: seen, rss, heap }: MemorySample): readonly BenchRow[] {
  const after = `after ${Math.floor(seen / 1e6)} million messages`;
  return [
    { what: `memory of the process ${after}`, value: rss / 1e6, unit: "MB" },
    { what: `heap ${after}`, value: heap / 1e6, unit: "MB" },
  ];
}
