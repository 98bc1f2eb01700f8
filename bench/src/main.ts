import { mkdirSync, writeFileSync } from "node:fs";
import { arch, cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { type BenchResult, isMet } from "./bench-result.ts";
import * as cost from "./cost.ts";
import * as decode from "./decode.ts";
import { drawCurves } from "./draw-curve.ts";
import * as growth from "./growth.ts";
import * as latency from "./latency.ts";
import * as normalize from "./normalize.ts";
import * as pipeline from "./pipeline.ts";
import * as rules from "./rules.ts";
import * as sandboxes from "./sandboxes.ts";
import * as sandboxesInMemory from "./sandboxes-in-memory.ts";
import * as stages from "./stages.ts";
import * as stall from "./stall.ts";
import * as start from "./start.ts";
import * as state from "./state.ts";
import { markdownTable, textTable } from "./table.ts";
import * as transport from "./transport.ts";
import * as workers from "./workers.ts";

interface Bench {
  readonly name: string;
  /** It takes minutes: it runs where it, or `all`, is named. */
  readonly onlyByName?: boolean;
  run(): Promise<BenchResult>;
}

/** In the order of the table. */
const benches: readonly Bench[] = [
  transport,
  pipeline,
  workers,
  stages,
  rules,
  sandboxes,
  sandboxesInMemory,
  latency,
  stall,
  growth,
  start,
  state,
  decode,
  normalize,
  cost,
];

const named = process.argv.slice(2);
const names = ["all", ...benches.map(({ name }) => name)];
const wrong = named.find((name) => !names.includes(name));
if (wrong !== undefined) {
  console.error(`there is no bench ${wrong}`);
  console.error(`usage: npm run bench [-- ${names.join("|")} ...]`);
  process.exit(2);
}
const chosen = benches.filter(({ name, onlyByName }) =>
  named.length > 0 ? named.includes(name) || named.includes("all") : onlyByName !== true,
);
// So that the programs beside it end, too.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(1));

const results: Record<string, BenchResult> = {};
for (const bench of chosen) {
  try {
    const result = await bench.run();
    results[bench.name] = result;
    console.log(`${bench.name}\n\n${textTable(result.rows)}\n`);
  } catch (error) {
    // What the others measured is not lost with it.
    console.error(`FAILED: ${bench.name}:`, error);
    process.exitCode = 1;
  }
}

const table = Object.values(results).flatMap(({ rows }) => rows.filter(({ reach }) => reach !== undefined));
if (table.length > 0) {
  const judged = table.map(isMet).filter((met) => met !== undefined);
  const met = judged.filter((each) => each).length;
  if (chosen.length > 1) console.log(`what has a reach\n\n${textTable(table)}\n`);
  console.log(`${met} of ${judged.length} within reach`);
}

const folder = new URL("../results/", import.meta.url);
const pictures = new URL("../../docs/performance/", import.meta.url);
for (const each of [folder, pictures]) mkdirSync(each, { recursive: true });
const machine = { node: process.version, arch: arch(), cpu: cpus()[0]?.model, cpus: cpus().length };
writeFileSync(new URL("latest.json", folder), `${JSON.stringify({ machine, results }, undefined, 2)}\n`);
writeFileSync(new URL("table.md", folder), markdownTable(table));
for (const [file, picture] of drawCurves(Object.values(results).flatMap(({ curves = [] }) => curves))) {
  const path = new URL(file, pictures);
  writeFileSync(path, picture);
  console.log(`drawn: ${fileURLToPath(path)}`);
}
