// Connects a few times when told, and expects to be refused.
import { connect } from "../../dist/index.js";

process.stdout.write("ready");
await new Promise((resolve) => process.stdin.once("data", resolve));
for (let i = 0; i < 10; i++) {
  const connection = await connect(process.argv[2]);
  await connection.handshake(Uint8Array.of(8, 1), { timeoutMs: 300 }).catch(() => {});
  await connection.close();
}
await new Promise((resolve) => setTimeout(resolve, 10_000));
