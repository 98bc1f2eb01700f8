import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { BenchResult, BenchRow, Curve } from "./bench-result.ts";
import type { StateFigures, StatePoint } from "./state-program.ts";

export const name = "state";

const most = 1.2;

/** What the tables of large sandboxes cost: memory, and CPU by how many threads live. In a process whose heap has nothing else. */
export async function run(): Promise<BenchResult> {
  const program = fileURLToPath(new URL("./state-program.js", import.meta.url));
  const said = execFileSync(process.execPath, ["--expose-gc", "--max-old-space-size=3072", program]);
  const figures = JSON.parse(said.toString()) as StateFigures; // what it prints
  const { points } = figures;
  const rows: readonly BenchRow[] = [
    { what: "memory of a process", value: figures.bytesPerProcess, unit: "bytes" },
    { what: "memory of a further thread", value: figures.bytesPerThread, unit: "bytes" },
    { what: "memory of a descriptor", value: figures.bytesPerDescriptor, unit: "bytes" },
    ...points.flatMap(rowsOf),
  ];
  const curves = [
    curve("a hundred of them at work", points, ({ fewRatio }) => fewRatio),
    curve("all of them in turns", points, ({ turnsRatio }) => turnsRatio),
  ];
  return { rows, curves };
}

function rowsOf({ threads, fewNs, fewRatio, turnsNs, turnsRatio }: StatePoint): readonly BenchRow[] {
  const live = `${threads.toLocaleString("en")} threads`;
  const reach = threads === 100_000 ? { reach: { atMost: most } } : {};
  const times = "CPU, of 100 threads";
  return [
    { what: `${live}, a hundred at work: CPU of an event`, value: fewNs, unit: "ns" },
    { what: `${live}, a hundred at work: ${times}`, value: fewRatio, unit: "x", ...reach },
    { what: `${live}, all in turns: CPU of an event`, value: turnsNs, unit: "ns" },
    { what: `${live}, all in turns: ${times}`, value: turnsRatio, unit: "x", ...reach },
  ];
}

function curve(who: string, points: readonly StatePoint[], ratio: (point: StatePoint) => number): Curve {
  return {
    name: "Cost by threads",
    line: who,
    xLabel: "threads alive in the sandbox",
    yLabel: "CPU of an event, of 100 threads",
    points: points.map((point) => ({ x: point.threads, y: ratio(point) })),
    reach: most,
  };
}
