import { mkdirSync, writeFileSync } from "node:fs";
import { arch, cpus } from "node:os";
import type { BenchResult } from "./bench-result.ts";
import * as cost from "./cost.ts";
import * as decode from "./decode.ts";
import * as normalize from "./normalize.ts";
import * as rules from "./rules.ts";
import * as state from "./state.ts";
import * as transport from "./transport.ts";

interface Bench {
  readonly name: string;
  run(): Promise<BenchResult>;
}

const benches: readonly Bench[] = [cost, transport, decode, normalize, state, rules];

const chosen = process.argv.slice(2);
const names = benches.map(({ name }) => name);
if (chosen.some((name) => !names.includes(name))) {
  console.error(`usage: npm run bench [-- ${names.join("|")} ...]`);
  process.exit(2);
}
const results: Record<string, BenchResult> = {};
for (const bench of benches) {
  if (chosen.length > 0 && !chosen.includes(bench.name)) continue;
  results[bench.name] = await bench.run();
}

console.table(
  Object.entries(results).flatMap(([bench, { rows }]) =>
    rows.map(({ what, value, unit }) => ({ bench, what, value: format(value), unit })),
  ),
);

const folder = new URL("../results/", import.meta.url);
mkdirSync(folder, { recursive: true });
const machine = { node: process.version, arch: arch(), cpu: cpus()[0]?.model, cpus: cpus().length };
writeFileSync(new URL("latest.json", folder), `${JSON.stringify({ machine, results }, undefined, 2)}\n`);

function format(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: value < 100 ? 2 : 0 });
}
