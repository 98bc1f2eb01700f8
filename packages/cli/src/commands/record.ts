import { lstat, mkdir } from "node:fs/promises";
import { join } from "node:path";
import {
  createSentryServer,
  createTraceWriter,
  printable,
  type ReceivedPacket,
  type Sandbox,
  TraceError,
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
    await using recordings = new Recordings(options.out, (sandbox, why) => {
      terminal.warn(`sandbox ${printable(sandbox.id)} is recorded no further: ${why.message}`);
    });
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
    return recordings.complete ? ExitCode.fine : ExitCode.failed;
  });
}

/** The files under way, one a sandbox. Where one fails, that sandbox is given up, and the others go on. */
class Recordings implements AsyncDisposable {
  readonly #folder: string;
  readonly #onFailure: (sandbox: Sandbox, why: TraceError) => void;
  readonly #writers = new Map<Sandbox, TraceWriter>();
  readonly #givenUp = new WeakSet<Sandbox>();
  /** Whether everything was written so far. */
  complete = true;

  constructor(folder: string, onFailure: (sandbox: Sandbox, why: TraceError) => void) {
    this.#folder = folder;
    this.#onFailure = onFailure;
  }

  async write(batch: readonly ReceivedPacket[]): Promise<void> {
    const bySandbox = new Map<Sandbox, Uint8Array[]>();
    for (const { sandbox, packet } of batch) {
      const packets = bySandbox.get(sandbox);
      if (packets === undefined) bySandbox.set(sandbox, [packet]);
      else packets.push(packet);
    }
    for (const [sandbox, packets] of bySandbox) {
      if (this.#givenUp.has(sandbox)) continue;
      try {
        await (await this.#writerOf(sandbox)).write(packets);
      } catch (error) {
        if (!(error instanceof TraceError)) throw error;
        this.complete = false;
        this.#givenUp.add(sandbox);
        this.#onFailure(sandbox, error);
        await this.end(sandbox);
      }
    }
  }

  async #writerOf(sandbox: Sandbox): Promise<TraceWriter> {
    const known = this.#writers.get(sandbox);
    if (known !== undefined) return known;
    const writer = await createTraceWriter(await freePath(this.#folder, sandbox.id));
    this.#writers.set(sandbox, writer);
    return writer;
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
