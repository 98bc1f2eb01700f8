import type { BenchResult, BenchRow } from "./bench-result.ts";
import { receiveWithPipeline } from "./pipeline-process.ts";
import { readRecording } from "./recordings.ts";
import { benchRules } from "./rule-files.ts";
import { prepareTransport, type Sent, type Transport } from "./transport-load.ts";

export const name = "stall";

const recording = "dpkg_install_falco.2024";
const rate = 50_000;
const messages = 10 * rate;
/** Of each number of retries: what is lost now and then is not lost in every run. */
const runs = 3;
/** How often a Sentry tries again: by its own default, and as the sessions that we write have it. */
const retries = [0, 3];

/**
 * What is lost where JavaScript is busy with something else for 200 ms of every second, and sandboxes do not wait. The worst run
 * counts.
 */
export async function run(): Promise<BenchResult> {
  const packets = await readRecording(recording);
  if (packets === undefined) return { rows: [] };
  await using transport = await prepareTransport(packets);
  const rows: BenchRow[] = [];
  for (const each of retries) {
    const sent: Sent[] = [];
    for (let i = 0; i < runs; i++) sent.push(await sentWhileItStalls(transport, each));
    const of = `while JavaScript stalls, of ${messages.toLocaleString("en")}, ${each} retries`;
    const perSecond = sent.map(({ begin, end }) => messages / (Number(end - begin) / 1e9));
    const lost = sent.map(({ dropped }) => dropped);
    rows.push(
      { what: `sent ${of}, slowest run`, value: Math.min(...perSecond), unit: "messages/s" },
      ...lost.map((value, i) => ({ what: `lost ${of}, run ${i + 1}`, value, unit: "messages" })),
      { what: `lost ${of}, worst run`, value: Math.max(...lost), unit: "messages", reach: { atMost: 0 } },
    );
  }
  return { rows };
}

async function sentWhileItStalls(transport: Transport, retries: number): Promise<Sent> {
  const load = transport.load(messages, 1, { rate, retries });
  await receiveWithPipeline(load, { rules: benchRules(), stalls: true });
  return load.sent;
}
