import { decodeFrame } from "@sentrytap/wire";
import { type BenchResult, type BenchRow, median } from "./bench-result.ts";
import { receiveWithPipeline } from "./pipeline-process.ts";
import { readRecording } from "./recordings.ts";
import { benchRules } from "./rule-files.ts";
import { prepareTransport } from "./transport-load.ts";

export const name = "latency";

/** Lightly loaded: so many messages a second, each of which alerts. */
const rate = 1_000;
const alerting = 12_000;

/** Fully loaded: so many connections, each as fast as it may. */
const connections = 20;
const messages = 3_000_000;
const recording = "dpkg_install_falco.2024";
/** What no sandbox's wait is to be longer than, in times the median of all. */
const fair = { atMost: 5 };

/** How long it takes from a sandbox's write to the alert in JavaScript; and under full load, whether any sandbox waits longer. */
export async function run(): Promise<BenchResult> {
  const rules = benchRules();
  return { rows: [...(await lightlyLoaded(rules)), ...(await fullyLoaded(rules))] };
}

async function lightlyLoaded(rules: readonly string[]): Promise<readonly BenchRow[]> {
  await using transport = await prepareTransport([await alertingPacket()]);
  const load = transport.load(alerting, 1, { rate, stamped: true });
  const { alerts, alertDelay } = await receiveWithPipeline(load, { rules, watch: "alerts" });
  if (alerts !== alerting || alertDelay === undefined)
    throw new Error(`${alerts} of ${alerting} alerts came`);
  const subject = "from the write to the alert, 1,000 a second";
  return [
    { what: `${subject}, median`, value: alertDelay.medianMs, unit: "ms", reach: { atMost: 0.5 } },
    { what: `${subject}, 99th of 100`, value: alertDelay.p99Ms, unit: "ms", reach: { atMost: 5 } },
  ];
}

/** That somebody opens /etc/shadow: it alerts by itself, with the public rules and with the starter rules. */
async function alertingPacket(): Promise<Uint8Array<ArrayBuffer>> {
  const packets = await readRecording("cat_shadow.2024");
  const found = packets?.find((packet) => {
    const message = decodeFrame({ id: "bench", arch: "x64" }, packet);
    return message.messageType === 7 && message.pathname === "/etc/shadow" && message.exit !== undefined;
  });
  if (found === undefined) throw new Error("nobody opens /etc/shadow in cat_shadow.2024");
  return found;
}

async function fullyLoaded(rules: readonly string[]): Promise<readonly BenchRow[]> {
  const packets = await readRecording(recording);
  if (packets === undefined) return [];
  await using transport = await prepareTransport(packets);
  const load = transport.load(messages, connections, { stamped: true });
  const { waits = [] } = await receiveWithPipeline(load, { rules, watch: "waits" });
  if (waits.length !== connections) throw new Error(`${waits.length} of ${connections} sandboxes were seen`);
  const subject = `${connections} sandboxes, as fast as they may`;
  const means = waits.map(({ meanMs }) => meanMs);
  const p99s = waits.map(({ p99Ms }) => p99Ms);
  const taken = waits.map((each) => each.messages);
  return [
    { what: `${subject}: a message waits, median of the sandboxes`, value: median(means), unit: "ms" },
    { what: `${subject}: the longest wait, of the median`, value: worst(means), unit: "x", reach: fair },
    {
      what: `${subject}: the longest 99th of 100, of the median`,
      value: worst(p99s),
      unit: "x",
      reach: fair,
    },
    {
      what: `${subject}: the fewest messages taken, of the median`,
      value: Math.min(...taken) / median(taken),
      unit: "x",
    },
  ];
}

function worst(values: readonly number[]): number {
  return Math.max(...values) / median(values);
}
