import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { tracePath } from "../../../test/traces/index.ts";
import { type Ran, sentrytap } from "./command.ts";

const folder = mkdtempSync(join(tmpdir(), "sentrytap-cli-"));
afterAll(() => rmSync(folder, { recursive: true }));
const recording = tracePath("touch_bin.2024");

const rule = (name: string, rest: string): string =>
  `- rule: ${name}\n  desc: d\n  condition: evt.type = execve\n  output: x\n${rest}\n`;
const three = join(folder, "three.yaml");
writeFileSync(
  three,
  rule("Any exec", "  priority: INFO\n  tags: [process]") +
    rule("Any program", "  priority: ERROR\n  tags: [process, grave]") +
    rule("Quiet", "  priority: NOTICE\n  enabled: false"),
);

const detect = (...args: readonly string[]): Promise<Ran> =>
  sentrytap(["detect", "-r", three, "-a", ...args, recording]);

/** Names of the rules that alerted. */
async function fired(...args: readonly string[]): Promise<readonly unknown[]> {
  return [...new Set((await detect(...args)).json.map((alert) => alert["rule"]))];
}

describe("which rules are on", () => {
  test("is said by name, tag and priority", async () => {
    expect(await fired()).toEqual(["Any exec", "Any program"]);
    expect(await fired("--disable", "*exec")).toEqual(["Any program"]);
    expect(await fired("--enable", "Quiet")).toEqual(["Any exec", "Any program", "Quiet"]);
    expect(await fired("--tag", "grave")).toEqual(["Any program"]);
    expect(await fired("--skip-tag", "grave")).toEqual(["Any exec"]);
    expect(await fired("--priority", "error")).toEqual(["Any program"]);
  });

  test("tags come first, and the rest in the order given", async () => {
    expect(await fired("--disable", "Any exec", "--tag", "process")).toEqual(["Any program"]);
    expect(await fired("-D", "*", "-E", "Quiet")).toEqual(["Quiet"]);
    expect(await fired("-E", "Quiet", "-T", "process", "-D", "Q*")).toEqual([]);
  });

  test("says where something names no rule", async () => {
    const { code, stderr } = await detect("--disable", "Any exek", "--tag", "nothing");
    expect(code).toBe(0);
    expect(stderr.trimEnd().split("\n")).toEqual([
      expect.stringMatching(/^selection of rules: no rule has the tag "nothing"/),
      'selection of rules: no rule has the name "Any exek": did you mean "Any exec"?',
      "sentrytap: no rule is enabled: nothing can alert",
    ]);
    expect(await detect("--priority", "loud")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/one of emergency, alert, critical/),
    });
  });

  test("rules of a directory are those of its files, by name", async () => {
    const directory = join(folder, "rules.d");
    mkdirSync(directory);
    writeFileSync(join(directory, "2.yml"), "- rule: a\n  enabled: false\n  override: {enabled: replace}\n");
    writeFileSync(join(directory, "1.yaml"), rule("a", "  priority: INFO") + rule("b", "  priority: INFO"));
    writeFileSync(join(directory, "0.txt"), "no rules");
    const { code, json } = await sentrytap(["detect", "-r", directory, recording]);
    expect(code).toBe(0);
    expect(new Set(json.map((alert) => alert["rule"]))).toEqual(new Set(["b"]));
  });
});

test("detect --stats tells what each rule matched, and its time", async () => {
  const { stderr, json } = await detect("--stats", "--enable", "Quiet");
  const [head, columns, ...rows] = stderr.trimEnd().split("\n");
  expect(head).toMatch(new RegExp(`^\\d+ events, ${json.length} alerts; `));
  expect(columns?.trim().split(/ {2,}/)).toEqual(["alerts", "matches", "failures", "mean", "in all", "rule"]);
  expect(rows.map((row) => row.trim().split(/ {2,}/).at(-1))).toEqual(
    expect.arrayContaining(["Any exec", "Any program", "Quiet"]),
  );
  for (const row of rows) {
    const [alerts, matches, failures, mean] = row.trim().split(/ {2,}/);
    expect(mean).toMatch(/^[0-9.]+ [num]?s$|^-$/);
    expect([alerts, matches, failures]).toEqual([String(json.length / 3), String(json.length / 3), "0"]);
  }
});

describe("sentrytap events --where", () => {
  test("prints the events that match", async () => {
    const { json } = await sentrytap([
      "events",
      "--where",
      "evt.type = execve and proc.name = cp",
      recording,
    ]);
    expect(json).toHaveLength(1);
    expect(json[0]).toMatchObject({ type: "execve", args: { filename: "/usr/bin/cp" } });
  });

  test("goes with --fields, which count all events", async () => {
    const all = await sentrytap(["events", "-F", "evt.num,evt.type,proc.name", recording]);
    const some = await sentrytap([
      "events",
      "-F",
      "evt.num,evt.type,proc.name",
      "-w",
      "proc.name = cp",
      recording,
    ]);
    expect(some.json).toEqual(all.json.filter((values) => values["proc.name"] === "cp"));
    expect(some.json.length).toBeGreaterThan(0);
  });

  test("refuses a wrong condition, with the place, exit code 2", async () => {
    const { code, stdout, stderr } = await sentrytap(["events", "-w", "fd.nam = x", recording]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^--where:1:1: error .*did you mean "fd\.name"\?\n {4}fd\.nam = x\n {4}\^/);
  });
});

describe("sentrytap rules explain", () => {
  const name = "File below a binary directory opened for writing";

  test("tells of each event that the rule looks at which parts held", async () => {
    const { code, stdout, stderr } = await sentrytap([
      ...["rules", "explain", "--rule", name],
      ...["--where", "proc.name = cp and evt.is_open_write = true", recording],
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^event \d+: openat at 2026-11-21T18:41:01\.\d+\S+ by cp \(\d+\)\n {2}✓ all of\n/);
    expect(stdout).toMatch(/it is "\/usr\/local\/bin\/backdoor"/);
    expect(stderr).toBe(
      "sentrytap: 1 event is of the types that the rule looks at, and matches --where; the rule matches 1\n",
    );
  });

  test("tells of misses only, where that is asked for", async () => {
    const all = await sentrytap(["rules", "explain", "--rule", name, recording]);
    const [, seen, matched] = / (\d+) events .*; the rule matches (\d+)$/m.exec(all.stderr) ?? [];
    const { stdout } = await sentrytap(["rules", "explain", "--rule", name, "--misses", recording]);
    expect(Number(matched)).toBeGreaterThan(0);
    expect(stdout.match(/^event /gm)).toHaveLength(Number(seen) - Number(matched));
    expect(stdout).not.toMatch(/^ {2}✓/m);
  });

  test("explains a rule that is off in its file", async () => {
    const { stdout } = await sentrytap(["rules", "explain", "--rule", "Quiet", "-r", three, recording]);
    expect(stdout).toMatch(/^ {2}✓ evt\.type = execve: it is "execve"/m);
  });

  test("of a rule that is not there says so, exit code 2", async () => {
    const { code, stderr } = await sentrytap(["rules", "explain", "--rule", "Quite", "-r", three, recording]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'sentrytap: --rule: no rule has the name "Quite": did you mean "Quiet"?\n',
    });
  });
});
