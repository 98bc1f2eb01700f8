import { setTimeout as delay } from "node:timers/promises";
import { connect, encodeHandshake, TraceError } from "sentrytap";
import { ExitCode } from "../exit-code.ts";
import { packetsOf } from "../recordings.ts";
import { untilStopped } from "../stop-signal.ts";
import type { Terminal } from "../terminal.ts";

/** Options of {@link replay}. */
export interface ReplayOptions {
  readonly connect: string;
  /** Connections for each file, all at once. */
  readonly connections: number;
  /** How often each connection sends its file. */
  readonly loops: number;
  /** Messages a second, of all connections together; as fast as the server reads where not given. */
  readonly rate?: number;
}

/** Packets ready to be sent in one go: their bytes, and where each begins and ends. */
interface Bundle {
  readonly bytes: Uint8Array;
  readonly offsets: Uint32Array;
}

/** How many packets a bundle has at the most. */
const bundleSize = 256;

/** `sentrytap replay FILE...`: recorded sandboxes, sent to a server as if they ran. */
export async function replay(
  files: readonly string[],
  options: ReplayOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  return untilStopped(async (signal) => {
    const recordings = await Promise.all(files.map((file) => load(file, bundleLimit(options))));
    const pace = new Pace(options.rate);
    const failure = new AbortController();
    const stop = AbortSignal.any([signal, failure.signal]);
    const sandboxes = recordings.flatMap((recording) =>
      Array.from({ length: options.connections }, () => sendAll(recording, options, pace, stop)),
    );
    try {
      await terminal.progressOf(
        () => pace.summary(),
        () => Promise.all(sandboxes),
      );
    } catch (error) {
      failure.abort(); // one that fails is the end of all
      await Promise.allSettled(sandboxes);
      throw error;
    }
    terminal.warn(pace.summary());
    return ExitCode.fine;
  });
}

/** With a rate, bundles are small enough that the pace is even. */
function bundleLimit({ rate }: ReplayOptions): number {
  return rate === undefined ? bundleSize : Math.max(1, Math.min(bundleSize, Math.floor(rate / 50)));
}

async function load(file: string, limit: number): Promise<Bundle[]> {
  const bundles: Bundle[] = [];
  try {
    for await (const packets of packetsOf(file)) {
      for (let i = 0; i < packets.length; i += limit) bundles.push(bundle(packets.slice(i, i + limit)));
    }
  } catch (cause) {
    if (!(cause instanceof TraceError)) throw cause;
    throw new TraceError(cause.code, `${file}: ${cause.message}`, { cause });
  }
  return bundles;
}

function bundle(packets: readonly Uint8Array[]): Bundle {
  const offsets = new Uint32Array(packets.length + 1);
  for (const [i, packet] of packets.entries()) offsets[i + 1] = (offsets[i] ?? 0) + packet.length;
  const bytes = new Uint8Array(offsets.at(-1) ?? 0);
  for (const [i, packet] of packets.entries()) bytes.set(packet, offsets[i]);
  return { bytes, offsets };
}

async function sendAll(
  bundles: readonly Bundle[],
  options: ReplayOptions,
  pace: Pace,
  signal: AbortSignal,
): Promise<void> {
  await using connection = await connect(options.connect);
  await connection.handshake(encodeHandshake());
  for (let loop = 0; loop < options.loops; loop++) {
    for (const { bytes, offsets } of bundles) {
      if (signal.aborted) return;
      await pace.wait(offsets.length - 1, signal);
      await connection.send(bytes, offsets);
    }
  }
}

/** Counts what is sent, and holds it to a rate. */
class Pace {
  readonly #rate: number | undefined;
  readonly #start: number = performance.now();
  #sent = 0;

  constructor(rate: number | undefined) {
    this.#rate = rate;
  }

  /** Resolves when `count` more may be sent. */
  async wait(count: number, signal: AbortSignal): Promise<void> {
    const due = this.#rate === undefined ? 0 : this.#start + (this.#sent / this.#rate) * 1000;
    this.#sent += count;
    const ahead = due - performance.now();
    if (ahead > 1) await delay(ahead, undefined, { signal }).catch(() => undefined);
  }

  summary(): string {
    const seconds = (performance.now() - this.#start) / 1000;
    return `${this.#sent} messages sent in ${seconds.toFixed(1)} s, ${Math.round(this.#sent / seconds)} a second`;
  }
}
