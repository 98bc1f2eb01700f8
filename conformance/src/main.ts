import { compareAll } from "./compare.ts";
import { readExamples, writePage } from "./document.ts";
import { askAll } from "./ported/index.ts";
import { missingReference } from "./reference.ts";
import { failuresOf, portedFailures, portedSummary, summaryOf } from "./report.ts";

const ported = askAll();
const missing = missingReference();
if (missing !== undefined) {
  console.error(`nothing to compare with: ${missing}`);
  process.exit(1);
}
const result = await compareAll(readExamples());
for (const line of [...portedSummary(ported), ...summaryOf(result)]) console.log(line);
const write = process.argv.includes("--write");
if (write) writePage(result.findings);
const failures = [...portedFailures(ported), ...failuresOf(result, !write)];
for (const line of failures) console.error(line);
process.exitCode = failures.length > 0 ? 1 : 0;
