// The machine that a reader of the guides has: Docker with a runtime of gVisor, an image, and a checkout.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Machine, startMachine } from "../e2e/machine.ts";
import { rootfs } from "../e2e/rootfs.ts";
import type { Runsc } from "../e2e/runsc.ts";
import { checkout } from "./guide.ts";

/** What a reader's machine has, and what stands for it where the kernel does not let gVisor have groups of processes and a network. */
export const differences: readonly (readonly [string, string])[] = [
  ['"--network=host"', '"--network=none", "--ignore-cgroups"'],
  ["exec /usr/bin/runsc ", "exec /usr/bin/runsc --network=none --ignore-cgroups "],
  // The machine's disk is an overlay, on which there can be no other.
  ["ctr run ", "ctr run --snapshotter native "],
];

/** A runtime as gVisor's guide registers it. */
export const daemonJson: string = `{
  "runtimes": {
    "runsc": {
      "path": "/usr/bin/runsc",
      "runtimeArgs": ["--network=none", "--ignore-cgroups"]
    }
  }
}
`;

/** Starts it, with Docker running. */
export async function startGuideMachine(runsc: Runsc): Promise<Machine> {
  const folder = mkdtempSync(join(tmpdir(), "st-"));
  const machine = await startMachine({
    files: { "/etc/docker/daemon.json": daemonJson },
    mounts: {
      [checkout]: fileURLToPath(new URL("../..", import.meta.url)),
      "/usr/bin/runsc": runsc.path,
      "/var/ubuntu.tar": ubuntu(folder),
    },
  });
  await machine.succeed("systemctl start docker && docker import /var/ubuntu.tar ubuntu:latest");
  rmSync(folder, { recursive: true });
  return machine;
}

/** An image of that name, as far as the guide needs one: there is no registry here. */
function ubuntu(folder: string): string {
  const image = join(folder, "image");
  cpSync(rootfs(), image, { recursive: true, verbatimSymlinks: true });
  for (const name of ["apt", "passwd"])
    writeFileSync(join(image, "usr/bin", name), "#!/bin/sh\n", { mode: 0o755 });
  const file = join(folder, "ubuntu.tar");
  const { status, stderr } = spawnSync("tar", ["-C", image, "-cf", file, "."], { encoding: "utf8" });
  if (status !== 0) throw new Error(`tar: ${stderr}`);
  return file;
}
