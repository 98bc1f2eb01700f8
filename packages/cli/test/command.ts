import { Writable } from "node:stream";
import { run } from "../src/run.ts";

/** What a run of the command left behind. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of stdout, as JSON. */
  readonly json: readonly Record<string, unknown>[];
}

/** Runs the command in this process. `terminal`: as if a person sat there. */
export async function sentrytap(args: readonly string[], options: { terminal?: boolean } = {}): Promise<Ran> {
  const [stdout, stderr] = [new Sink(options.terminal ?? false), new Sink(options.terminal ?? false)];
  const code = await run(args, { stdout, stderr });
  return {
    code,
    stdout: stdout.text,
    stderr: stderr.text,
    get json() {
      return stdout.text
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    },
  };
}

class Sink extends Writable {
  readonly isTTY: boolean;
  text = "";

  constructor(isTTY: boolean) {
    super({ decodeStrings: false });
    this.isTTY = isTTY;
  }

  override _write(chunk: string, _encoding: string, done: () => void): void {
    this.text += chunk;
    done();
  }
}
