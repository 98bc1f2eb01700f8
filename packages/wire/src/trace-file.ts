/// <reference lib="esnext.disposable" preserve="true" />

import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { type Batches, TraceError } from "@sentrytap/core";
import { configuration, maxRecordSize, signature, sizeBytes } from "./trace-format.ts";
import { type ReadTraceOptions, readTrace } from "./trace-reader.ts";

/** Bytes read from a file at a time: also about the size of a batch. */
const chunkSize = 256 * 1024;

/**
 * The packets of the tracereplay file at `path`; see {@link readTrace}. Nothing is read before the first batch is asked
 * for, and the file is closed when the loop ends, however it ends.
 *
 * @throws {TraceError} from the iterator, as {@link readTrace}; and `ERR_TRACE_FILE` where the file cannot be read.
 */
export function readTraceFile(
  path: string,
  options: ReadTraceOptions = {},
): Batches<Uint8Array<ArrayBuffer>> {
  return {
    [Symbol.asyncIterator]: () => readTrace(chunksOf(path), options)[Symbol.asyncIterator](),
  };
}

/** A read stream opens its file when made, so it is made when first asked: whoever never asks leaves nothing open. */
async function* chunksOf(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* createReadStream(path, { highWaterMark: chunkSize }) as AsyncIterable<Uint8Array>; // no encoding is set
  } catch (cause) {
    throw fileError("read", cause);
  }
}

function fileError(doing: "read" | "write", cause: unknown): TraceError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new TraceError("ERR_TRACE_FILE", `cannot ${doing} the trace file: ${why}`, { cause });
}

/** Writes a tracereplay file: packets go in as they came, header and all. */
export interface TraceWriter extends AsyncDisposable {
  /**
   * Appends packets, in order; resolves when they are handed to the file.
   *
   * @throws {TraceError} `ERR_TRACE_FILE_RECORD_TOO_LARGE` where one is over 1 MiB, which gVisor's reader refuses:
   * none of these packets is written then. `ERR_CLOSED` after {@link close}, `ERR_TRACE_FILE` where the disk fails.
   */
  write(packets: readonly Uint8Array[]): Promise<void>;
  /** Writes out what is left and closes the file. */
  close(): Promise<void>;
}

/**
 * Creates the tracereplay file at `path`, byte for byte as gVisor writes it. What was there is replaced.
 *
 * @throws {TraceError} `ERR_TRACE_FILE` where it cannot be created.
 */
export async function createTraceWriter(path: string): Promise<TraceWriter> {
  try {
    const file = await open(path, "w", 0o600);
    await file.writev([signature, ...record(configuration)]);
    return new FileTraceWriter(file);
  } catch (cause) {
    throw fileError("write", cause);
  }
}

class FileTraceWriter implements TraceWriter {
  readonly #file: FileHandle;
  #closed = false;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async write(packets: readonly Uint8Array[]): Promise<void> {
    if (this.#closed)
      throw new TraceError("ERR_CLOSED", "the trace file is closed, nothing can be written to it");
    for (const packet of packets) {
      if (packet.length > maxRecordSize) {
        throw new TraceError(
          "ERR_TRACE_FILE_RECORD_TOO_LARGE",
          `a packet has ${packet.length} bytes, a trace file holds at most ${maxRecordSize} in one`,
        );
      }
    }
    const total = packets.reduce((sum, packet) => sum + sizeBytes + packet.length, 0);
    const bytes = new Uint8Array(total);
    let at = 0;
    for (const packet of packets) {
      for (const part of record(packet)) {
        bytes.set(part, at);
        at += part.length;
      }
    }
    await this.#file.appendFile(bytes).catch((cause: unknown) => {
      throw fileError("write", cause);
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#file.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function record(bytes: Uint8Array): [size: Uint8Array, bytes: Uint8Array] {
  const size = new Uint8Array(sizeBytes);
  new DataView(size.buffer).setBigUint64(0, BigInt(bytes.length), true);
  return [size, bytes];
}
