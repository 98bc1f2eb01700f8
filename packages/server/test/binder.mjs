// A process that binds a path in some way: `binder.mjs PATH stream|backlog`, or `binder.mjs wait`, which becomes a
// server at every path that it is sent.
import { createServer } from "node:net";
import { listen } from "@sentrytap/seqpacket";
import { createSentryServer } from "@sentrytap/server";

const [path, how] = process.argv.slice(2);

if (how === "stream") {
  createServer().listen(path, () => process.send("listening"));
} else if (how === "backlog") {
  const full = listen({ path, backlog: 0 });
  // Stopped, it accepts nobody, but its socket listens.
  process.send("listening", () => process.kill(process.pid, "SIGSTOP"));
  full.ref();
} else {
  let server;
  process.on("message", async (message) => {
    if (message === "close") {
      await server?.close();
      server = undefined;
      process.send("closed");
      return;
    }
    try {
      server = await createSentryServer({ path: message });
      process.send("listening");
    } catch (error) {
      process.send(error.code ?? String(error));
    }
  });
  process.send("ready");
}
