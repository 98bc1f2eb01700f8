import { TraceError } from "@sentrytap/core";

// gVisor's tracereplay file, as tools/tracereplay reads and writes it: a signature, then records, each a u64
// little-endian size and that many bytes. The first record is the configuration, every further one a whole packet.

/** What the file begins with. */
export const signature: Uint8Array = new TextEncoder().encode("tracereplay file");

/** The first record. */
export const configuration: Uint8Array = new TextEncoder().encode('{"version":1}');

/** Bytes of the size before each record. */
export const sizeBytes = 8;

/** The largest record, in bytes, that gVisor's own reader takes. */
export const maxRecordSize: number = 1024 * 1024;

/** @throws {TraceError} `ERR_TRACE_FILE_FORMAT` where the first record is not the configuration of a known version. */
export function checkConfiguration(record: Uint8Array): void {
  let version: unknown;
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(record));
    if (typeof parsed === "object" && parsed !== null && "version" in parsed) version = parsed.version;
  } catch (cause) {
    throw new TraceError("ERR_TRACE_FILE_FORMAT", "the trace file's first record is not its configuration", {
      cause,
    });
  }
  if (version !== 1) {
    throw new TraceError(
      "ERR_TRACE_FILE_FORMAT",
      `the trace file has version ${String(version)}, only 1 is known`,
    );
  }
}
