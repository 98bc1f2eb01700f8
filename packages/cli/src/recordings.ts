import {
  type Architecture,
  type Batches,
  createTracker,
  decodeFrames,
  hostArchitecture,
  isMalformed,
  type MalformedFrame,
  readTrace,
  readTraceFile,
  type StreamItem,
  type TracedSandbox,
  TraceError,
  type Tracker,
} from "sentrytap";
import { readProcfs } from "./read-procfs.ts";
import type { Terminal } from "./terminal.ts";

/** Malformed frames that are told of one by one; the rest are counted. */
const toldOf = 5;

/** What is known of recordings beside what is in them. */
export interface RecordingOptions {
  readonly arch?: Architecture;
  /** A file with what `runsc trace procfs` printed of the sandbox: of one recording only. */
  readonly procfs?: string;
}

/**
 * Gives the messages of each file to `each`, a file at a time, and tables for them; `-` is standard input. A file that
 * fails is told of, and the next one is taken: the answer is whether all went well.
 */
export async function eachRecording(
  files: readonly string[],
  { arch = hostArchitecture, procfs }: RecordingOptions,
  terminal: Terminal,
  each: (messages: Batches<StreamItem>, tracker: Tracker) => Promise<void>,
): Promise<boolean> {
  if (procfs !== undefined && files.length !== 1) {
    throw new TraceError("ERR_INVALID_ARGUMENT", "--procfs is of one recording: name one trace file");
  }
  let fine = true;
  for (const file of files) {
    const sandbox: TracedSandbox = { id: file, arch };
    const tracker = createTracker();
    if (procfs !== undefined) tracker.seed(sandbox, await readProcfs(procfs, terminal));
    try {
      await each(messagesOf(file, sandbox, terminal), tracker);
    } catch (error) {
      if (!isFileError(error)) throw error;
      terminal.warn(`${file}: ${error.message}`);
      fine = false;
    }
    if (terminal.closed) break;
  }
  return fine;
}

/** The messages of `file`; of frames that are none the person at the terminal is told, too. */
async function* messagesOf(
  file: string,
  sandbox: TracedSandbox,
  terminal: Terminal,
): AsyncGenerator<readonly StreamItem[], void> {
  const messages = decodeFrames(sandbox)(packetsOf(file));
  let frames = 0;
  let malformed = 0;
  try {
    for await (const batch of messages) {
      for (const [i, message] of batch.entries()) {
        if (isMalformed(message) && ++malformed <= toldOf) tellOf(message, file, frames + i, terminal);
      }
      frames += batch.filter(({ messageType }) => messageType !== -2).length;
      terminal.progress(() => `${file}: ${frames} messages`);
      yield batch;
    }
  } finally {
    terminal.done();
    if (malformed > toldOf) terminal.warn(`${file}: ${malformed} of ${frames} frames are malformed`);
  }
}

function tellOf(frame: MalformedFrame, file: string, index: number, terminal: Terminal): void {
  terminal.warn(`${file}: frame ${index} is malformed and skipped: ${frame.error.message}`);
}

/** Whether `error` is about a file that cannot be read, and not about us. */
function isFileError(error: unknown): error is TraceError {
  return error instanceof TraceError && error.code.startsWith("ERR_TRACE_FILE");
}

/** The packets of `file`, as they were received; `-` is standard input. */
export function packetsOf(file: string): Batches<Uint8Array<ArrayBuffer>> {
  return file === "-" ? readTrace(process.stdin) : readTraceFile(file);
}
