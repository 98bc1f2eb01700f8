import { expect, test } from "vitest";
import { Findings } from "../src/known.ts";
import { compareLoading } from "../src/loading.ts";
import { missingReference } from "../src/reference.ts";

const missing = missingReference();
if (missing !== undefined) process.stderr.write(`SKIPPED: what loads here and in Falco (${missing})\n`);

test.skipIf(missing !== undefined)("conditions and rules files load here as they do in Falco", () => {
  const findings = new Findings();
  const { conditions, sameConditions, files, sameFiles } = compareLoading(findings);
  expect(findings.unexplained).toEqual([]);
  expect(conditions).toBeGreaterThan(1_600);
  expect(sameConditions / conditions).toBeGreaterThan(0.99);
  expect(files).toBeGreaterThan(100);
  expect(sameFiles / files).toBeGreaterThan(0.98);
});
