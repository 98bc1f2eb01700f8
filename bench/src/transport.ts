import { listen, RECORD_WORDS, RecordKind } from "@sentrytap/seqpacket";
import { createSentryServer } from "@sentrytap/server";
import { encodeHandshake } from "@sentrytap/wire";
import type { BenchResult, BenchRow } from "./bench-result.ts";
import { cpuUsSince } from "./cpu.ts";
import { readRecording } from "./recordings.ts";
import { type Receiver, takeTurns } from "./take-turns.ts";
import { prepareTransport, type Received, type TransportLoad } from "./transport-load.ts";

export const name = "transport";

/** A package manager at work: files opened, read and written, programs started. */
const recording = "dpkg_install.2024";
const messages = 1_000_000;
const rounds = 7;
/** Of the way into JavaScript, as a ratio to the bare receiver. */
const reach = { atLeast: 0.95 };

/**
 * Messages a second through the addon into a loop that only counts them, and through the whole server, decoded, with the CPU
 * that each takes; all as ratios to a bare C receiver of the same packets.
 */
export async function run(): Promise<BenchResult> {
  const recorded = await readRecording(recording);
  if (recorded === undefined) throw new Error(`there is no recording ${recording}`);
  await using transport = await prepareTransport(recorded);
  const receivers: readonly Receiver[] = [
    { what: "addon", rate: { reach }, receive: (load) => withCpu(receiveWithAddon(load)) },
    { what: "server", receive: (load) => withCpu(receiveWithServer(load)) },
  ];
  const rows: BenchRow[] = [];
  for (const connections of [1, 100]) {
    const of = connections === 1 ? "1 connection" : `${connections} connections`;
    rows.push(...(await takeTurns(of, transport, receivers, { rounds, messages, connections })));
  }
  return { rows };
}

/** What this process takes of CPU meanwhile: it does nothing else. */
async function withCpu(receiving: Promise<bigint>): Promise<Received> {
  const before = process.cpuUsage();
  const end = await receiving;
  return { messages, end, cpuUs: cpuUsSince(before) };
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
