import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { allKnown } from "../src/all-known.ts";
import { compareAll } from "../src/compare.ts";
import { pagePath, readExamples, renderPage } from "../src/document.ts";
import { missingReference } from "../src/reference.ts";
import { failuresOf } from "../src/report.ts";

const missing = missingReference();
if (missing !== undefined) process.stderr.write(`SKIPPED: how we differ from Falco (${missing})\n`);

test("every known difference has an id of its own, a cause, and an example", () => {
  const ids = allKnown.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { why } of allKnown) expect(why).toMatch(/\.$/);
  expect(Object.keys(readExamples()).sort()).toEqual([...ids].sort());
});

test("docs/falco-differences.md says what the classes say", () => {
  expect(readFileSync(pagePath, "utf8"), "npm run conformance -- --write").toBe(renderPage(readExamples()));
});

describe.runIf(missing === undefined)("Falco's record", () => {
  test("differs in what is known to differ, and in nothing else", { timeout: 600_000 }, async () => {
    const result = await compareAll(readExamples());
    expect(failuresOf(result, true)).toEqual([]);
    const { events, alerts, verdicts, outputs } = result;
    expect(events.falco).toBeGreaterThan(35_000);
    expect(events.pairs / events.falco).toBeGreaterThan(0.99);
    expect(events.same / events.fields).toBeGreaterThan(0.85);
    expect(alerts.raised / alerts.falco).toBeGreaterThan(0.85);
    expect(verdicts.same / verdicts.verdicts).toBeGreaterThan(0.98);
    expect(outputs.same / outputs.outputs).toBeGreaterThan(0.88);
  });
});
