import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { starterRulesPath } from "sentrytap";
import { afterAll, describe, expect, test } from "vitest";
import { sentrytap } from "./command.ts";

const folder = mkdtempSync(join(tmpdir(), "sentrytap-check-"));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const rule = (name: string, condition: string, output = "x"): string =>
  `- rule: ${name}\n  desc: d\n  condition: ${condition}\n  output: ${JSON.stringify(output)}\n  priority: INFO\n`;

const deleted = rule("Files deleted", "evt.type = unlink and evt.arg.path startswith /etc");
const opened = rule("Files opened", "evt.type = openat and fd.name startswith /etc", "%proc.pname");
const good = write("good.yaml", deleted + opened);
const warned = write("warned.yaml", `- list: ports\n  items: [80]\n${opened}`);
const bad = write(
  "bad.yaml",
  `- macro: nothing\n  condition: evt.tipe = open\n${rule("First", "nothing")}${rule("Second", "fd.nam = x")}`,
);
const sinks = [{ name: "remote", config: { endpoint: "/run/s.sock" } }];

function session(name: string, ...points: readonly string[]): string {
  const asked = points.map((point) => ({ name: point, context_fields: ["time", "thread_id"] }));
  return write(name, JSON.stringify({ trace_session: { name: "Default", points: asked, sinks } }));
}

const connects = session("connects.json", "syscall/connect/exit");
const opens = session("opens.json", "syscall/openat/exit");

describe("sentrytap rules check", () => {
  test("takes fields of containers to have values where it is told so", async () => {
    const file = write(
      "images.yaml",
      rule("Of an image", "evt.type = openat and container.image.repository = web"),
    );
    const without = await sentrytap(["rules", "check", file]);
    expect(without.stdout).toMatch(/0 can fire.*container\.image\.repository has no value/s);
    const { code, stdout } = await sentrytap(["rules", "check", file, "--containers"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "1 rule: 1 can fire, 0 cannot\n" });
  });

  test("tells which rules can fire, and why the others cannot", async () => {
    const { code, stdout, stderr } = await sentrytap(["rules", "check", good]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(`2 rules: 1 can fire, 1 cannot

cannot fire:
  Files deleted
    - evt.arg.path has no value on unlink events: the call comes raw, as numbers without paths and data
`);
    const verbose = await sentrytap(["rules", "check", "--verbose", good]);
    expect(verbose.stdout).toContain("\ncan fire:\n  Files opened\n");
  });

  test("prints warnings before, and is fine with them", async () => {
    const { code, stdout } = await sentrytap(["rules", "check", warned]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^.*warned\.yaml:1:3: warning LOAD_UNUSED_LIST: .*\(in list "ports"\)\n/);
    expect(stdout).toContain("1 rule: 1 can fire, 0 cannot\n");
  });

  test("prints every error of every item, exit code 2", async () => {
    const { code, stdout } = await sentrytap(["rules", "check", bad, good]);
    expect(code).toBe(2);
    expect(stdout).toMatch(/bad\.yaml:2:14: error LOAD_ERR_COMPILE_CONDITION: .*"evt\.tipe".*\n/);
    expect(stdout).toMatch(/bad\.yaml:10:14: error LOAD_ERR_COMPILE_CONDITION: .*\(in rule "Second"\)\n/);
    expect(stdout).not.toContain("can fire");
    expect(stdout).toMatch(/\n2 errors, 0 warnings\n$/);
  });

  test("tells problems in the order of their places", async () => {
    const text = `${rule("Last", "evt.type = openat", "%fd.nam")}- list: unused\n- rule: Wrong\n  desc: d\n`;
    const { stdout } = await sentrytap(["rules", "check", write("places.yaml", text), bad]);
    const places = [...stdout.matchAll(/^\S*?(\w+)\.yaml:(\d+):/gm)].map(
      ([, file, line]) => `${file} ${line}`,
    );
    expect(places).toEqual(["places 4", "places 6", "places 7", "places 7", "places 7", "bad 2", "bad 10"]);
  });

  test("takes directories", async () => {
    mkdirSync(join(folder, "rules.d"));
    write("rules.d/a.yaml", opened);
    expect((await sentrytap(["rules", "check", join(folder, "rules.d")])).stdout).toMatch(/^1 rule: /);
  });

  test("finds nothing wrong with the starter rules", async () => {
    const { code, stdout } = await sentrytap(["rules", "check", starterRulesPath]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^(\d+) rules: \1 can fire, 0 cannot\n/);
  });
});

describe("with --json", () => {
  test("prints one document of the documented shape", async () => {
    const { code, stdout, stderr } = await sentrytap(["rules", "check", "--json", warned, good]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({
      ok: true,
      diagnostics: [
        {
          severity: "warning",
          code: "LOAD_UNUSED_LIST",
          file: warned,
          line: 1,
          column: 3,
          item: "ports",
          message: "no rule, macro or list uses it: use it, or take it out",
        },
      ],
      coverage: [
        { rule: "Files opened", can_fire: true, reasons: [] },
        {
          rule: "Files deleted",
          can_fire: false,
          reasons: [
            "evt.arg.path has no value on unlink events: the call comes raw, as numbers without paths and data",
          ],
        },
      ],
    });
  });

  test("has errors of rules in it", async () => {
    const { code, json } = await sentrytap(["rules", "check", "--json", bad]);
    expect(code).toBe(2);
    expect(json).toHaveLength(1);
    expect(json[0]).toMatchObject({
      ok: false,
      diagnostics: [
        { severity: "error", item: "nothing", line: 2, column: 14 },
        { severity: "error", item: "Second", line: 10, column: 14 },
      ],
      coverage: [],
    });
  });

  test("has files that cannot be read in it, beside what is wrong with the others", async () => {
    const missing = join(folder, "missing.yaml");
    const { code, stdout, stderr } = await sentrytap(["rules", "check", "--json", missing, bad]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: "" });
    const { ok, diagnostics, coverage } = JSON.parse(stdout);
    expect({ ok, coverage }).toEqual({ ok: false, coverage: [] });
    expect(diagnostics).toHaveLength(3);
    expect(diagnostics[0]).toEqual({
      severity: "error",
      code: "LOAD_ERR_FILE_READ",
      file: missing,
      line: 1,
      column: 1,
      item: "",
      message: expect.stringContaining(`cannot read the rules file ${missing}: ENOENT`),
    });
  });
});

describe("with --session", () => {
  const check = async (...args: readonly string[]): Promise<Record<string, unknown> | undefined> =>
    (await sentrytap(["rules", "check", "--json", ...args])).json[0];

  test("judges by what the session tells", async () => {
    const { code, stdout } = await sentrytap(["rules", "check", good, "--session", connects]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^2 rules: 0 can fire, 2 cannot, 1 needs more than the session has\n/);
    expect(stdout).toContain(
      "  Files opened\n    - the session lacks syscall/openat/exit, for openat events\n",
    );
  });

  test("says what may come out otherwise", async () => {
    const { coverage } = (await check(good, "--session", opens)) ?? {};
    expect(coverage).toContainEqual({
      rule: "Files opened",
      can_fire: true,
      reasons: [
        "without the context field cwd at syscall/openat/exit, fd.name may lack something, so that the outcome may differ",
        expect.stringMatching(/^without .*sentry\/clone.*, the output's proc\.pname may lack something$/),
      ],
    });
  });

  test("takes raw points as of the CPU that is named", async () => {
    const raw = session("raw.json", "syscall/sysno/87/exit");
    const rules = write("raw.yaml", rule("Deletes", "evt.type = unlink"));
    for (const [arch, canFire] of [
      ["x64", true],
      ["arm64", false],
    ] as const) {
      const { coverage } = (await check(rules, "--session", raw, "--arch", arch)) ?? {};
      expect(coverage).toMatchObject([{ can_fire: canFire }]);
    }
  });

  test("tells of a session file that is wrong, or cannot be read, exit code 2", async () => {
    const wrong = write("wrong.json", '{"trace_session": {\n"nam": 1}}');
    expect(await sentrytap(["rules", "check", good, "--session", wrong])).toMatchObject({
      code: 2,
      stdout: expect.stringMatching(
        /wrong\.json:2:1: error: trace_session has no key "nam".*did you mean "name"\?/,
      ),
    });
    expect(await check(good, "--session", wrong)).toMatchObject({
      ok: false,
      diagnostics: expect.arrayContaining([
        expect.objectContaining({ code: "LOAD_ERR_SESSION", file: wrong, line: 2, column: 1, item: "" }),
      ]),
      coverage: [],
    });
    const missing = join(folder, "missing.json");
    expect(await check(good, "--session", missing)).toMatchObject({
      ok: false,
      diagnostics: [{ code: "LOAD_ERR_FILE_READ", file: missing }],
    });
  });
});
