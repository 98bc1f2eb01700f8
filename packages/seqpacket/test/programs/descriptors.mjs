// Opens descriptors until none is left, while another process connects; tells how the listener took it.
import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { connect, listen } from "../../dist/index.js";

const hello = Uint8Array.of(8, 1);

if (process.argv[2] === undefined) {
  // The limit is a shell's to set.
  const self = fileURLToPath(import.meta.url);
  const shell = spawn("sh", ["-c", `ulimit -n 128; exec "$0" "$1" limited`, process.execPath, self], {
    stdio: "inherit",
  });
  shell.on("close", (status) => process.exit(status ?? 1));
} else {
  const folder = mkdtempSync(join(tmpdir(), "seqpacket-"));
  const path = join(folder, "s.sock");
  const listener = listen({ path, answer: hello });
  const first = await connect(path);
  await first.handshake(hello);
  // Started before the descriptors are gone; connects when told.
  const other = spawn(process.execPath, [fileURLToPath(new URL("refused.mjs", import.meta.url)), path], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  await new Promise((resolve) => other.stdout.once("data", resolve));
  const hoard = [];
  try {
    for (;;) hoard.push(openSync("/dev/null"));
  } catch {}
  const before = process.cpuUsage();
  other.stdin.write("go");
  await delay(1500);
  const { user, system } = process.cpuUsage(before);
  const { refused } = listener.stats();
  for (const fd of hoard) closeSync(fd);
  other.kill();
  const last = await connect(path);
  const answer = await last.handshake(hello);
  await Promise.all([first.close(), last.close()]);
  await listener.close({ discard: true });
  rmSync(folder, { recursive: true });
  console.log(JSON.stringify({ refused, answered: answer.length, busyMs: (user + system) / 1000 }));
}
