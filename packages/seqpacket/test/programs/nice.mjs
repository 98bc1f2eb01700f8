// Leaves packets alone until the reader is prompt, and then has it rest. Prints its nice value at first and at last, by how
// much it was lower meanwhile, and whether it may be. With an argument, sets one that is higher by so much while the reader
// is prompt.
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { getPriority, setPriority } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { connect, listen } from "../../dist/index.js";

const [path, more] = process.argv.slice(2);
const hello = Uint8Array.of(8, 1);

/** The one thread of that name, once it has it. */
async function findReader() {
  for (;;) {
    for (const thread of readdirSync("/proc/self/task")) {
      if (readFileSync(`/proc/self/task/${thread}/comm`, "latin1") === "seqpacket\n") return Number(thread);
    }
    await delay(1);
  }
}

/** Whether a thread of this process may have a nice value that is lower by 10. */
function mayBeNicer() {
  const usual = getPriority();
  try {
    setPriority(Math.max(-20, usual - 10));
    setPriority(usual);
    return true;
  } catch {
    return false;
  }
}

const may = mayBeNicer();
const listener = listen({ path, answer: hello });
const reader = await findReader();
const first = getPriority(reader);
const connection = await connect(path);
await connection.handshake(hello);
for (let i = 0; i < 10; i++) {
  await connection.send(hello);
  await delay(10);
}
const lower = first - getPriority(reader);
if (more !== undefined) setPriority(reader, first + Number(more));
await delay(1500);
for (let batch = listener.take(); batch !== undefined; batch = listener.take());
void listener.next();
await connection.send(hello);
await delay(50);
process.stdout.write(JSON.stringify({ first, may, lower, last: getPriority(reader) }));
await connection.close();
await listener.close({ discard: true });
rmSync(path);
