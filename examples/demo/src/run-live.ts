import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { podInitConfig } from "sentrytap";

/** What the sandbox does: plants a program, reads the password file, starts a package manager. */
const script = "touch /bin/foo; cat /etc/shadow > /dev/null; dpkg --version > /dev/null";

/**
 * Runs a real sandbox that connects to the server at `path`. Needs root, and `runsc` in the PATH (or named by `$RUNSC`).
 * Its files are an overlay in memory: the machine's own stay as they are.
 */
export async function runLive(path: string, folder: string): Promise<void> {
  const config = join(folder, "pod-init.json");
  await writeFile(
    config,
    JSON.stringify(podInitConfig({ endpoint: path, points: "all", ignoreSetupError: false })),
  );
  const runsc = process.env["RUNSC"] ?? "runsc";
  const child = spawn(
    runsc,
    [
      `--root=${join(folder, "root")}`,
      "--network=none",
      "--ignore-cgroups",
      `--pod-init-config=${config}`,
      "do",
      "/bin/sh",
      "-c",
      script,
    ],
    { stdio: ["ignore", "inherit", "inherit"] },
  );
  const [code] = (await once(child, "exit").catch((cause: unknown) => {
    throw new Error(`${runsc} did not start: install it (apt-get install runsc), or name it in $RUNSC`, {
      cause,
    });
  })) as [number | null];
  if (code !== 0) throw new Error(`${runsc} ended with ${code}: a live sandbox needs root`);
}
