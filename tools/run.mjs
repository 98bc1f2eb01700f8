import { spawnSync } from "node:child_process";

/** Runs a command to its end; where it fails, this process ends with the same exit code. */
export function run(command, args, cwd, mend = "") {
  // What a tool prints goes to stderr: stdout stays for what the user asked for.
  const { status, error } = spawnSync(command, args, { cwd, stdio: ["ignore", 2, 2] });
  if (error) {
    process.stderr.write(`${command} did not start: ${error.message}\n${mend}\n`);
    process.exit(1);
  }
  if (status !== 0) process.exit(status ?? 1);
}
