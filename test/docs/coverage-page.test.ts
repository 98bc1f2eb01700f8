import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { hasReference, readReference, referencePath } from "../../packages/rules/test/reference.ts";
import { readFalcoEvents } from "./coverage-page/calls.ts";
import { renderFields } from "./coverage-page/fields.ts";
import { renderCoveragePage } from "./coverage-page/page.ts";
import { readRelease } from "./coverage-page/release.ts";

const page = "../../docs/coverage.md";
const written = (): string => readFileSync(new URL(page, import.meta.url), "utf8");
const ruleFiles = ["falco_rules.yaml", "falco-incubating_rules.yaml", "falco-sandbox_rules.yaml"];

test("docs/coverage.md says what the fields say: npm run coverage-page", () => {
  expect(written()).toContain(renderFields());
});

describe.runIf(hasReference("docs/coverage.md against the public rules and Falco's events"))(
  "docs/coverage.md",
  () => {
    test("says what becomes of rules and events: npm run coverage-page", async () => {
      const releases = ["2022", "2024"].map((year) =>
        readRelease(year, readReference(`spec/points-${year}.txt`)),
      );
      const events = readFalcoEvents(readReference("spec/falco-events.txt"));
      const rules = ruleFiles.map((name) => ({ name, text: readReference(`rules/${name}`) }));
      await expect(renderCoveragePage({ events, releases, rules })).toMatchFileSnapshot(page);
    });

    test("has commands that work", () => {
      const folder = mkdtempSync(join(tmpdir(), "sentrytap-docs-"));
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
      for (const name of ruleFiles) cpSync(referencePath(`rules/${name}`), join(folder, name));
      const blocks = Array.from(written().matchAll(/^```sh\n(.*?)^```/gms), ([, block = ""]) => block);
      const commands = blocks.flatMap((block) => block.trim().split("\n"));
      expect(commands).not.toEqual([]);
      const bin = fileURLToPath(new URL("../../packages/cli/bin/sentrytap.js", import.meta.url));
      for (const command of commands) {
        const [npx, sentrytap, ...args] = command.split(" ");
        expect([npx, sentrytap]).toEqual(["npx", "sentrytap"]);
        const { status, stdout } = spawnSync(process.execPath, [bin, ...args], {
          cwd: folder,
          encoding: "utf8",
        });
        expect(status, command).toBe(0);
        expect(stdout).toContain("can fire");
      }
    });
  },
);
