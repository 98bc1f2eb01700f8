// A program that ends its server in the way that its first argument names, and has nothing else to live for.
import { connect } from "@sentrytap/seqpacket";
import { createSentryServer } from "@sentrytap/server";

const [how, path] = process.argv.slice(2);
const controller = new AbortController();
const server = await createSentryServer({ path, signal: controller.signal, handshakeTimeoutMs: 100 });
const sentry = await connect(path);
await sentry.handshake(Uint8Array.of(8, 1));
await sentry.send(Uint8Array.of(8, 0, 0, 0, 0, 0, 0, 0));
await connect(path); // silent

switch (how) {
  case "break":
    for await (const _ of server) break;
    break;
  case "close":
    for await (const _ of server) await server.close();
    break;
  case "close-unread":
    await server.close();
    break;
  case "abandon": {
    const iterator = server[Symbol.asyncIterator]();
    await iterator.next();
    await server.close();
    break;
  }
  case "abort":
    setTimeout(() => controller.abort(), 50);
    for await (const _ of server);
    break;
  case "throwing-listener":
    server.on("error", () => {
      throw new Error("from the listener");
    });
    try {
      for await (const _ of server);
    } catch (error) {
      if (error.message !== "from the listener") throw error;
    }
    break;
  default:
    throw new Error(`no such end: ${how}`);
}
console.log("done");
