import { execFileSync, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** Where a program of `test/programs` is. They are plain JavaScript and run the built package, as its users do. */
export function program(name: string): string {
  return fileURLToPath(new URL(`programs/${name}.mjs`, import.meta.url));
}

/** Builds what the programs run; does nothing where that is up to date. */
export function build(): void {
  execFileSync(process.execPath, [
    `${root}node_modules/typescript/bin/tsc`,
    "-b",
    `${root}packages/seqpacket`,
  ]);
  execFileSync(process.execPath, [`${root}packages/seqpacket/native/build.mjs`], { stdio: "pipe" });
}

export interface Ended {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. */
export function run(
  name: string,
  args: readonly string[] = [],
  flags: readonly string[] = [],
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...flags, program(name), ...args], { timeout: 25_000 });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (data) => {
      stdout += data;
    });
    child.stderr.on("data", (data) => {
      stderr += data;
    });
    child.on("error", reject);
    child.on("close", (status, signal) => resolve({ status, signal, stdout, stderr }));
  });
}
