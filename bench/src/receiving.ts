import { cpuUsSince } from "./cpu.ts";
import type { Received } from "./transport-load.ts";

// What the programs have in common that receive in a process of their own: see receiving-process.ts, which starts them.

/** What this program is to do. It ends with the bench, whatever that ends by. */
export function readTask<Task>(): Task {
  process.stdin.on("end", () => process.exit(1)).resume();
  return JSON.parse(process.argv[2] ?? "");
}

/** Says that this process listens. Each call of what it returns tells the time, and the CPU since it last told. */
export function ready(): () => Pick<Received, "end" | "cpuUs"> {
  console.log("ready");
  let before = process.cpuUsage();
  return () => {
    const end = process.hrtime.bigint();
    const cpuUs = cpuUsSince(before);
    before = process.cpuUsage();
    return { end, cpuUs };
  };
}

/** Prints the report, and ends the process. */
export function report(received: Received): never {
  console.log(JSON.stringify(received, (_, value) => (typeof value === "bigint" ? String(value) : value)));
  process.exit();
}
