import { listen, RECORD_WORDS, RecordKind } from "@sentrytap/seqpacket";
import { createSentryServer } from "@sentrytap/server";
import { encodeHandshake } from "@sentrytap/wire";
import { type BenchResult, type BenchRow, median, ratios } from "./bench-result.ts";
import { readRecording } from "./recordings.ts";
import { prepareTransport, type Received, type TransportLoad } from "./transport-load.ts";

export const name = "transport";

/** A package manager at work: files opened, read and written, programs started. */
const recording = "dpkg_install.2024";
const messages = 1_000_000;
const rounds = 7;
/** Of the way into JavaScript, as a ratio to the bare receiver. */
const reach = { atLeast: 0.95 };

/** Receives all that a load sends. */
type Receive = (load: TransportLoad) => Promise<Received>;

/**
 * Messages a second through the addon into a loop that only counts them, and through the whole server, decoded; both
 * also as ratios to a bare C receiver of the same packets, as is the CPU that each takes. The three take turns, so that they
 * meet the same machine.
 */
export async function run(): Promise<BenchResult> {
  const recorded = await readRecording(recording);
  if (recorded === undefined) throw new Error(`there is no recording ${recording}`);
  await using transport = await prepareTransport(recorded);
  const ways: [what: string, receive: Receive][] = [
    ["bare C receiver", (load) => load.receiveBare()],
    ["addon", (load) => withCpu(receiveWithAddon(load))],
    ["server", (load) => withCpu(receiveWithServer(load))],
  ];
  const rows: BenchRow[] = [];
  for (const connections of [1, 100]) {
    const rates = ways.map((): number[] => []);
    const cpu = ways.map((): number[] => []);
    for (let round = 0; round < rounds; round++) {
      for (const [index, [, receive]] of ways.entries()) {
        const load = transport.load(messages, connections);
        const { end, cpuUs } = await receive(load);
        const { begin } = await load.sent;
        rates[index]?.push(messages / (Number(end - begin) / 1e9));
        cpu[index]?.push(cpuUs / messages);
      }
    }
    const ratio = (of: readonly number[][], index: number) => median(ratios(of[index] ?? [], of[0] ?? []));
    for (const [index, [what]] of ways.entries()) {
      const subject = `${what}, ${connections === 1 ? "1 connection" : `${connections} connections`}`;
      rows.push({ what: subject, value: Math.round(median(rates[index] ?? [])), unit: "messages/s" });
      rows.push({ what: `${subject}: CPU of a message`, value: median(cpu[index] ?? []), unit: "us" });
      if (index === 0) continue;
      rows.push({
        what: `${subject}: of the bare receiver`,
        value: ratio(rates, index),
        unit: "x",
        ...(what === "addon" && { reach }),
      });
      rows.push({ what: `${subject}: CPU, of the bare receiver`, value: ratio(cpu, index), unit: "x" });
    }
  }
  return { rows };
}

/** What this process takes of CPU meanwhile: it does nothing else. */
async function withCpu(receiving: Promise<bigint>): Promise<Received> {
  const before = process.cpuUsage();
  const end = await receiving;
  const { user, system } = process.cpuUsage(before);
  return { end, cpuUs: user + system };
}

async function receiveWithAddon({ path, connections, start }: TransportLoad): Promise<bigint> {
  const listener = listen({ path, answer: encodeHandshake() });
  start();
  let packets = 0;
  for (let open = connections; open > 0; ) {
    const batch = listener.take() ?? (await listener.next());
    if (batch === undefined) break;
    for (let word = 0; word < batch.records.length; word += RECORD_WORDS) {
      const kind = batch.records[word];
      if (kind === RecordKind.packet) packets++;
      else if (kind === RecordKind.closed) open--;
    }
  }
  const end = process.hrtime.bigint();
  await listener.close({ discard: true });
  check(packets);
  return end;
}

async function receiveWithServer({ path, connections, start }: TransportLoad): Promise<bigint> {
  await using server = await createSentryServer({ path });
  let open = connections;
  server.on("disconnect", () => {
    if (--open === 0) void server.close();
  });
  start();
  let items = 0;
  for await (const batch of server.batches()) items += batch.length;
  const end = process.hrtime.bigint();
  check(items - connections); // each has its end among them
  return end;
}

function check(received: number): void {
  if (received !== messages) throw new Error(`${received} of ${messages} messages were received`);
}
