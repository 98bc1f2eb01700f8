import { type Batches, TraceError } from "@sentrytap/core";
import { checkConfiguration, maxRecordSize, signature, sizeBytes } from "./trace-format.ts";

/** Options of {@link readTrace}. */
export interface ReadTraceOptions {
  /** Largest record accepted, in bytes. Default 1 MiB, as gVisor's own reader has it. */
  readonly maxRecordSize?: number;
}

/**
 * The packets of a tracereplay file, whole and in order, as they come out of `chunks` (a file's read stream, say). A
 * packet is a view of bytes of its own batch, which nothing changes afterwards.
 *
 * @throws {TraceError} from the iterator: `ERR_TRACE_FILE_FORMAT` where it is no such file,
 * `ERR_TRACE_FILE_RECORD_TOO_LARGE`, and `ERR_TRACE_FILE_TRUNCATED` where the file ends inside a record, after
 * everything before the cut has been delivered.
 */
export async function* readTrace(
  chunks: AsyncIterable<Uint8Array>,
  options: ReadTraceOptions = {},
): Batches<Uint8Array<ArrayBuffer>> & AsyncGenerator<readonly Uint8Array<ArrayBuffer>[], void, undefined> {
  const reader = new TraceReader(options.maxRecordSize ?? maxRecordSize);
  for await (const chunk of chunks) {
    const packets = reader.push(chunk);
    if (packets.length > 0) yield packets;
    if (reader.failure !== undefined) throw reader.failure;
  }
  reader.end();
}

class TraceReader {
  /** What is wrong with the file, once something is: it ends the reading, after the packets before it. */
  failure: TraceError | undefined;
  readonly #limit: number;
  #pending: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #offset = 0;
  #stage: "signature" | "configuration" | "packets" = "signature";

  constructor(limit: number) {
    this.#limit = limit;
  }

  push(chunk: Uint8Array): Uint8Array<ArrayBuffer>[] {
    const bytes = new Uint8Array(this.#pending.length + chunk.length);
    bytes.set(this.#pending);
    bytes.set(chunk, this.#pending.length);
    const packets: Uint8Array<ArrayBuffer>[] = [];
    let at = 0;
    try {
      for (let next = this.#record(bytes, at, packets); next > at; next = this.#record(bytes, at, packets))
        at = next;
    } catch (error) {
      this.failure = error as TraceError; // #record throws nothing else
    }
    this.#pending = bytes.subarray(at);
    this.#offset += at;
    return packets;
  }

  /** Takes what stands at `at` where it is whole; returns where the next thing begins, or `at` again. */
  #record(bytes: Uint8Array<ArrayBuffer>, at: number, packets: Uint8Array<ArrayBuffer>[]): number {
    if (this.#stage === "signature") {
      const given = bytes.subarray(0, signature.length);
      if (given.some((byte, i) => byte !== signature[i])) throw noTraceFile();
      if (given.length < signature.length) return at;
      this.#stage = "configuration";
      return signature.length;
    }
    const body = at + sizeBytes;
    if (bytes.length < body) return at;
    const size = new DataView(bytes.buffer, bytes.byteOffset + at, sizeBytes).getBigUint64(0, true);
    if (size > this.#limit) {
      throw new TraceError(
        "ERR_TRACE_FILE_RECORD_TOO_LARGE",
        `the record at byte ${this.#offset + at} claims ${size} bytes, at most ${this.#limit} are read; raise maxRecordSize if it is meant`,
      );
    }
    const end = body + Number(size);
    if (bytes.length < end) return at;
    const record = bytes.subarray(body, end);
    if (this.#stage === "configuration") {
      checkConfiguration(record);
      this.#stage = "packets";
    } else {
      packets.push(record);
    }
    return end;
  }

  end(): void {
    if (this.#stage === "signature") throw noTraceFile();
    if (this.#pending.length > 0 || this.#stage === "configuration") {
      throw new TraceError(
        "ERR_TRACE_FILE_TRUNCATED",
        `the trace file ends inside the record at byte ${this.#offset}; what came before it was whole`,
      );
    }
  }
}

function noTraceFile(): TraceError {
  return new TraceError(
    "ERR_TRACE_FILE_FORMAT",
    'this is no tracereplay file: it does not begin with "tracereplay file" (a compressed one must be decompressed first)',
  );
}
