import { listen, RECORD_WORDS, RecordKind } from "@sentrytap/seqpacket";
import { createSentryServer } from "@sentrytap/server";
import { encodeHandshake } from "@sentrytap/wire";
import { readTask, ready, report } from "./receiving.ts";
import type { TransportTask } from "./transport.ts";
import type { Received } from "./transport-load.ts";

// What comes before the pipeline: the addon into a loop that only counts, or the whole server, which decodes.

const { path, connections, through } = readTask<TransportTask>();
report(await (through === "addon" ? receiveWithAddon() : receiveWithServer()));

async function receiveWithAddon(): Promise<Received> {
  const listener = listen({ path, answer: encodeHandshake() });
  const used = ready();
  let messages = 0;
  for (let open = connections; open > 0; ) {
    const batch = listener.take() ?? (await listener.next());
    if (batch === undefined) break;
    for (let word = 0; word < batch.records.length; word += RECORD_WORDS) {
      const kind = batch.records[word];
      if (kind === RecordKind.packet) messages++;
      else if (kind === RecordKind.closed) open--;
    }
  }
  return { ...used(), messages };
}

async function receiveWithServer(): Promise<Received> {
  const server = await createSentryServer({ path });
  let open = connections;
  server.on("disconnect", () => {
    if (--open === 0) void server.close();
  });
  const used = ready();
  for await (const _ of server.batches());
  return { ...used(), messages: server.stats().messages };
}
