import { type Batches, type Stage, stage } from "@sentrytap/core";
import { decodeFrame, type Message } from "./decode.ts";
import type { MalformedFrame } from "./malformed-frame.ts";
import { type Architecture, hostArchitecture, type TracedSandbox } from "./sandbox.ts";
import { readTraceFile } from "./trace-file.ts";

/** Options of {@link readRecording}. */
export interface RecordingOptions {
  /** Names the sandbox. Default: the file's path. */
  readonly id?: string;
  /** The architecture that the recording was made on. Default: this machine's. */
  readonly arch?: Architecture;
}

/** The stage that decodes the packets of one sandbox. */
export function decodeFrames(
  sandbox: TracedSandbox,
): Stage<Uint8Array<ArrayBuffer>, Message | MalformedFrame> {
  return stage("decode", (packet: Uint8Array<ArrayBuffer>) => decodeFrame(sandbox, packet));
}

/**
 * The messages of a recorded sandbox: the tracereplay file at `path`, decoded. Frames that do not decode come as
 * {@link MalformedFrame}.
 *
 * @throws {TraceError} from the iterator, as {@link readTraceFile}.
 */
export function readRecording(
  path: string,
  options: RecordingOptions = {},
): Batches<Message | MalformedFrame> {
  const sandbox: TracedSandbox = { id: options.id ?? path, arch: options.arch ?? hostArchitecture };
  return decodeFrames(sandbox)(readTraceFile(path));
}
