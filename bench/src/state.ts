import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { BenchResult } from "./bench-result.ts";
import type { StateScale } from "./state-scale.ts";

export const name = "state";

/** What the tables of large sandboxes cost: memory, and time by how many threads live. In a process whose heap has nothing else. */
export async function run(): Promise<BenchResult> {
  const program = fileURLToPath(new URL("./state-scale.js", import.meta.url));
  const said = execFileSync(process.execPath, ["--expose-gc", "--max-old-space-size=2048", program]);
  const scale = JSON.parse(said.toString()) as StateScale; // what it prints
  const rows = [
    { what: "memory of a process", value: scale.bytesPerProcess, unit: "bytes" },
    { what: "memory of a further thread", value: scale.bytesPerThread, unit: "bytes" },
    { what: "memory of a descriptor", value: scale.bytesPerDescriptor, unit: "bytes" },
    { what: "event, decoded and tracked, of 100 threads", value: scale.nsPerEventSmall, unit: "ns" },
    { what: "event, decoded and tracked, of 100,000 threads", value: scale.nsPerEventLarge, unit: "ns" },
  ];
  return { rows };
}
