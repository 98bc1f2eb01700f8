import { lstat, mkdir } from "node:fs/promises";
import { join } from "node:path";
import {
  createSentryServer,
  createTraceWriter,
  type ReceivedPacket,
  type Sandbox,
  type TraceWriter,
} from "sentrytap";
import { ExitCode } from "../exit-code.ts";
import { untilStopped } from "../stop-signal.ts";
import type { Terminal } from "../terminal.ts";
import { watchServer } from "../watch-server.ts";

/** Options of {@link record}. */
export interface RecordOptions {
  readonly listen: string;
  readonly out: string;
}

/** `sentrytap record`: every sandbox that connects into a tracereplay file of its own, until stopped. */
export async function record(options: RecordOptions, terminal: Terminal): Promise<ExitCode> {
  await mkdir(options.out, { recursive: true });
  return untilStopped(async (signal) => {
    await using server = await createSentryServer({ path: options.listen, signal });
    watchServer(server, terminal);
    await using recordings = new Recordings(options.out);
    const gone: Sandbox[] = [];
    server.on("disconnect", (sandbox) => gone.push(sandbox));
    let packets = 0;
    for await (const batch of server.packets()) {
      await recordings.write(batch);
      packets += batch.length;
      for (const sandbox of gone.splice(0)) await recordings.end(sandbox);
      terminal.progress(() => `${packets} packets, ${server.stats().sandboxes.length} sandboxes connected`);
    }
    terminal.done();
    return ExitCode.fine;
  });
}

/** The files under way, one a sandbox. */
class Recordings implements AsyncDisposable {
  readonly #folder: string;
  readonly #writers = new Map<Sandbox, TraceWriter>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async write(batch: readonly ReceivedPacket[]): Promise<void> {
    const bySandbox = new Map<Sandbox, Uint8Array[]>();
    for (const { sandbox, packet } of batch) {
      const packets = bySandbox.get(sandbox);
      if (packets === undefined) bySandbox.set(sandbox, [packet]);
      else packets.push(packet);
    }
    for (const [sandbox, packets] of bySandbox) {
      let writer = this.#writers.get(sandbox);
      if (writer === undefined) {
        writer = await createTraceWriter(await freePath(this.#folder, sandbox.id));
        this.#writers.set(sandbox, writer);
      }
      await writer.write(packets);
    }
  }

  async end(sandbox: Sandbox): Promise<void> {
    const writer = this.#writers.get(sandbox);
    this.#writers.delete(sandbox);
    await writer?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const sandbox of [...this.#writers.keys()]) await this.end(sandbox);
  }
}

/** A path that is not taken: a container that starts again has the same id. The id is the sandbox's word, not to be trusted. */
async function freePath(folder: string, id: string): Promise<string> {
  const name = id.replace(/[^A-Za-z0-9_-]/g, "_").slice(0, 128);
  for (let n = 1; ; n++) {
    const path = join(folder, n === 1 ? `${name}.trace` : `${name}.${n}.trace`);
    try {
      await lstat(path); // a link to nowhere is taken too: writing would follow it
    } catch {
      return path;
    }
  }
}
