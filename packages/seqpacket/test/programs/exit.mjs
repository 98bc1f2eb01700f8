// Ends the process, in the way it is told, while packets flow and a sender waits for room.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, listen } from "../../dist/index.js";

const how = process.argv[2];
const folder = mkdtempSync(join(tmpdir(), "seqpacket-"));
process.on("exit", () => rmSync(folder, { recursive: true }));
const hello = Uint8Array.of(8, 1);
const path = join(folder, "s.sock");
const listener = listen({ path, answer: hello, slabCount: 1, slabSize: 4096, maxPacketSize: 4096 });

if (how === "late") {
  setTimeout(() => {
    console.log("alive");
    listener.unref();
  }, 300).unref();
} else {
  const blocked = await connect(path);
  await blocked.handshake(hello);
  const sending = blocked.send(
    new Uint8Array(1_000_000),
    Uint32Array.from({ length: 10_001 }, (_, i) => i * 100),
  );
  sending.catch(() => {});
  while (listener.stats().stalls === 0) await new Promise((resolve) => setImmediate(resolve));
  const taking = setInterval(() => listener.take(), 0);
  await new Promise((resolve) => setTimeout(resolve, 30));
  console.log("traffic");
  if (how === "exit") process.exit(0);
  if (how === "throw") throw new Error("on purpose");
  clearInterval(taking);
  listener.unref();
  // Nothing but the unrefed listener and a sender that waits: the latter has to go for the process to end by itself.
  await blocked.close();
}
