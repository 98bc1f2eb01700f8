// A peer in a process of its own, commanded by messages: for what must happen while the test's own JavaScript is busy.
import { setTimeout as delay } from "node:timers/promises";
import { connect } from "@sentrytap/seqpacket";

const handshake = Uint8Array.of(8, 1);
let connection;

const commands = {
  connect: async (path) => {
    connection = await connect(path);
  },
  /** Resolves to how long the answer took, in milliseconds. */
  handshake: async (afterMs) => {
    await delay(afterMs);
    const begin = performance.now();
    await connection.handshake(handshake);
    return performance.now() - begin;
  },
};

process.on("message", async ([command, argument]) => {
  try {
    process.send({ result: await commands[command](argument) });
  } catch (error) {
    process.send({ error: String(error) });
  }
});
process.send({ result: "ready" });
