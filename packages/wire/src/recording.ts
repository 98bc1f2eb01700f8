import { type Batches, type Stage, stage } from "@sentrytap/core";
import { decodeFrame } from "./decode.ts";
import { type Architecture, hostArchitecture, type TracedSandbox } from "./sandbox.ts";
import { SandboxEnd, type StreamItem } from "./stream-item.ts";
import { readTraceFile } from "./trace-file.ts";

/** Options of {@link readRecording}. */
export interface RecordingOptions {
  /** Names the sandbox. Default: the file's path. */
  readonly id?: string;
  /** The architecture that the recording was made on. Default: this machine's. */
  readonly arch?: Architecture;
}

/** The stage that decodes the packets of one sandbox; with the packets ends the sandbox. */
export function decodeFrames(sandbox: TracedSandbox): Stage<Uint8Array<ArrayBuffer>, StreamItem> {
  const decode = stage("decode", (packet: Uint8Array<ArrayBuffer>) => decodeFrame(sandbox, packet));
  const run = (packets: Batches<Uint8Array<ArrayBuffer>>): Batches<StreamItem> => ({
    [Symbol.asyncIterator]: async function* () {
      yield* decode(packets);
      yield [new SandboxEnd(sandbox)];
    },
  });
  return Object.defineProperty(run, "name", { value: decode.name });
}

/**
 * The stream of a recorded sandbox: the messages of the tracereplay file at `path`. Frames that do not decode come as
 * {@link MalformedFrame}, and a {@link SandboxEnd} comes last.
 *
 * @throws {TraceError} from the iterator, as {@link readTraceFile}.
 */
export function readRecording(path: string, options: RecordingOptions = {}): Batches<StreamItem> {
  const sandbox: TracedSandbox = { id: options.id ?? path, arch: options.arch ?? hostArchitecture };
  return decodeFrames(sandbox)(readTraceFile(path));
}
