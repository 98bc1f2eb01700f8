// What the tests of workers share: recorded sandboxes that connect to a socket, and rules that say much of them.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connect as connectTo, encodeHandshake, readTraceFile } from "sentrytap";
import { onTestFinished } from "vitest";
import { tracePath } from "../../../test/traces/index.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** Builds what runs in workers; does nothing where that is up to date. */
export function build(): void {
  const tsc = `${root}node_modules/typescript/bin/tsc`;
  execFileSync(process.execPath, [tsc, "-b", `${root}packages/sentrytap`]);
}

/** A folder that goes with the test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "sentrytap-workers-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Rules that read state, ancestors, descriptors and arguments, and alert with almost every event. */
export function writeRules(path: string, word = "first"): string {
  writeFileSync(
    path,
    `
- rule: opened
  desc: d
  condition: evt.type in (open, openat, openat2) 
  output: "${word} opened %fd.name by %proc.cmdline, child of %proc.pname, in %container.id at %evt.time.iso8601"
  priority: NOTICE
  tags: [files, ${word}]
- rule: ran
  desc: d
  condition: evt.type in (execve, clone, fork, vfork, clone3) or spawned
  output: "${word} %evt.type %evt.res %proc.exepath %proc.aname[2] %proc.pid %proc.ppid %user.uid"
  priority: WARNING
- rule: rest
  desc: d
  condition: evt.type in (rest)
  output: "${word} %evt.type %evt.args %fd.num %fd.type %thread.tid %proc.name"
  priority: DEBUG
- list: rest
  items: [open, openat, execve, clone, procexit, close, read, write, readv, writev, pread, pwrite, dup, dup2, dup3, fcntl, pipe, pipe2, socket, connect, accept, accept4, bind,
    listen, sendto, recvfrom, chdir, fchdir, setuid, setresuid, setsid, chroot, memfd_create, container_start, signaldeliver]
- macro: spawned
  condition: evt.type in (procexit)
`,
  );
  return path;
}

/** A recorded sandbox as bundles for `send`. */
async function bundles(name: string): Promise<readonly [Uint8Array, Uint32Array][]> {
  const all: [Uint8Array, Uint32Array][] = [];
  for await (const packets of readTraceFile(tracePath(name))) {
    for (let at = 0; at < packets.length; at += 64) all.push(pack(packets.slice(at, at + 64)));
  }
  return all;
}

function pack(packets: readonly Uint8Array[]): [Uint8Array, Uint32Array] {
  const offsets = new Uint32Array(packets.length + 1);
  for (const [i, packet] of packets.entries()) offsets[i + 1] = (offsets[i] ?? 0) + packet.length;
  const bytes = new Uint8Array(offsets.at(-1) ?? 0);
  for (const [i, packet] of packets.entries()) bytes.set(packet, offsets[i]);
  return [bytes, offsets];
}

/** A recorded sandbox that has connected. */
export interface Played {
  /** Sends its recording, or the part from one share of its bundles to another: 0 to 1. Resolves with how many packets that is. */
  send(from?: number, to?: number): Promise<number>;
  close(): Promise<void>;
}

/** Connects as the sandbox of a recording did. */
export async function connect(path: string, name: string): Promise<Played> {
  const all = await bundles(name);
  const connection = await connectTo(path);
  onTestFinished(() => connection.close());
  await connection.handshake(encodeHandshake());
  return {
    async send(from = 0, to = 1) {
      let sent = 0;
      for (const [bytes, offsets] of all.slice(Math.floor(from * all.length), Math.floor(to * all.length))) {
        await connection.send(bytes, offsets);
        sent += offsets.length - 1;
      }
      return sent;
    },
    close: () => connection.close(),
  };
}

/** Plays recordings, each in a connection of its own, all at once, and to the end. */
export async function play(path: string, names: readonly string[]): Promise<void> {
  const sandboxes = await Promise.all(names.map((name) => connect(path, name)));
  await Promise.all(sandboxes.map((sandbox) => sandbox.send().then(() => sandbox.close())));
}
