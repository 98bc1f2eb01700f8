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
  /** Sends so many messages. */
  flood: async (count) => {
    const messages = 500;
    const bytes = new Uint8Array(8 * messages);
    const offsets = Uint32Array.from({ length: messages + 1 }, (_, index) => index * 8);
    for (let i = 0; i < messages; i++) bytes[i * 8] = 8;
    for (let sent = 0; sent < count; sent += messages) await connection.send(bytes, offsets);
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
