import type { BenchResult, BenchRow } from "./bench-result.ts";
import { receiveWithPipeline } from "./pipeline-process.ts";
import { readRecording } from "./recordings.ts";
import { benchRules } from "./rule-files.ts";
import { prepareTransport } from "./transport-load.ts";

export const name = "stall";

const recording = "dpkg_install_falco.2024";
const rate = 50_000;
const seconds = 10;
/** How often a Sentry tries again: by its own default, and as the sessions that we write have it. */
const retries = [0, 3];

/** What is lost where JavaScript is busy with something else for 200 ms of every second, and sandboxes do not wait. */
export async function run(): Promise<BenchResult> {
  const rules = benchRules();
  const packets = await readRecording(recording);
  if (packets === undefined) return { rows: [] };
  await using transport = await prepareTransport(packets);
  const rows: BenchRow[] = [];
  for (const each of retries) {
    const load = transport.load(seconds * rate, 1, { rate, retries: each });
    await receiveWithPipeline(load, { rules, stalls: true });
    const { begin, end, dropped } = await load.sent;
    const of = `of ${load.messages.toLocaleString("en")}, ${each} retries`;
    rows.push(
      {
        what: `sent while JavaScript stalls, ${of}`,
        value: load.messages / (Number(end - begin) / 1e9),
        unit: "messages/s",
      },
      { what: `lost while JavaScript stalls, ${of}`, value: dropped, unit: "messages", reach: { atMost: 0 } },
    );
  }
  return { rows };
}
