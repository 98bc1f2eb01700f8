import { fileURLToPath } from "node:url";
import { connect, encodeHandshake, readTraceFile } from "sentrytap";

/** A real sandbox, recorded: recordings/README.md says what went on in it. */
const recording = fileURLToPath(new URL("../recordings/intrusion.trace", import.meta.url));

/** Connects to the server at `path` as the recorded sandbox did, and says what it said. */
export async function replay(path: string): Promise<void> {
  await using connection = await connect(path);
  await connection.handshake(encodeHandshake());
  for await (const packets of readTraceFile(recording)) {
    for (const packet of packets) await connection.send(packet);
  }
}
