import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readDecoded, readProcfs, tracePath } from "../../../test/traces/index.ts";
import { sentrytap } from "./command.ts";

const folder = mkdtempSync(join(tmpdir(), "sentrytap-cli-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = (name: string): string => join(folder, name);
const recording = tracePath("touch_bin.2024");

/** A recording with another end: `change` alters a copy of it. */
function altered(name: string, change: (path: string) => void): string {
  writeFileSync(path(name), readFileSync(recording));
  change(path(name));
  return path(name);
}

describe("sentrytap decode", () => {
  test("prints every message in the documented shape", async () => {
    const { code, json, stderr } = await sentrytap(["decode", recording]);
    expect(code).toBe(0);
    expect(stderr).toBe("");
    const expected = readDecoded("touch_bin.2024").map(({ type, name, dropped_count, msg }) => ({
      type,
      name: `MESSAGE_${name}`,
      dropped: dropped_count,
      message: msg,
    }));
    expect(json).toEqual(expected);
  });

  test("of a missing file says so and goes on with the next, exit code 1", async () => {
    const { code, json, stderr } = await sentrytap(["decode", path("nowhere.trace"), recording]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/nowhere\.trace: cannot read the trace file: ENOENT/);
    expect(json).toHaveLength(285);
  });

  test("of a cut file prints what was whole, then says so, exit code 1", async () => {
    const cut = altered("cut.trace", (file) => truncateSync(file, 20_000));
    const { code, json, stderr } = await sentrytap(["decode", cut]);
    expect(code).toBe(1);
    expect(json.length).toBeGreaterThan(50);
    expect(stderr).toMatch(/cut\.trace: the trace file ends inside the record at byte \d+/);
  });

  test("of no trace file says so, exit code 1", async () => {
    writeFileSync(path("text"), "hello");
    const { code, stdout, stderr } = await sentrytap(["decode", path("text")]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/no tracereplay file/);
  });

  test("tells of malformed frames and skips them", async () => {
    const bad = altered("bad.trace", (file) =>
      appendFileSync(file, Buffer.from([3, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3])),
    );
    const { code, json, stderr } = await sentrytap(["decode", bad]);
    expect(code).toBe(0);
    expect(json).toHaveLength(285);
    expect(stderr).toMatch(/frame 285 is malformed and skipped: the frame is shorter than its header/);
  });

  test("marks messages of unknown type", async () => {
    const frame = [10, 0, 0, 0, 0, 0, 0, 0, 8, 0, 99, 0, 0, 0, 0, 0, 1, 2];
    const unknown = altered("unknown.trace", (file) => appendFileSync(file, Buffer.from(frame)));
    const { json } = await sentrytap(["decode", unknown]);
    expect(json.at(-1)).toEqual({ type: 99, name: "MESSAGE_UNKNOWN", dropped: 0, payload: "AQI=" });
  });
});

describe("sentrytap events", () => {
  test("prints events in the documented shape", async () => {
    const { code, json } = await sentrytap(["events", recording]);
    expect(code).toBe(0);
    expect(json.map(({ type }) => type).slice(0, 4)).toEqual([
      "container_start",
      "clone",
      "execve",
      "openat",
    ]);
    expect(json[4]).toMatchObject({
      type: "openat",
      direction: "exit",
      time: "1795286461260747765",
      tid: 1,
      pid: 1,
      process: "bash",
      cwd: "/",
      uid: 0,
      result: 3,
      errno: null,
      args: { fd: 3, dirfd: -100, name: "/etc/ld.so.cache", flags: 524288, mode: 0 },
    });
  });

  test("names system calls by the architecture that it is told", async () => {
    const { json } = await sentrytap(["events", "--arch", "arm64", recording]);
    const types = new Set(json.map(({ type }) => type));
    // 56 is clone on x86-64 and openat on arm64; clone has one type whatever its number.
    expect(types).toContain("clone");
    expect((await sentrytap(["events", "--arch", "riscv", recording])).code).toBe(2);
  });

  test("tells of gaps, those of malformed frames too", async () => {
    const bad = altered("gap.trace", (file) =>
      appendFileSync(file, Buffer.from([3, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3])),
    );
    const { json } = await sentrytap(["events", bad]);
    expect(json.at(-2)).toMatchObject({ type: "gap", args: { kind: "malformed_frame", size: 3 } });
    const { json: fields } = await sentrytap(["events", "--fields", "evt.type,evt.args", bad]);
    expect(fields.at(-2)).toMatchObject({
      "evt.type": "gap",
      "evt.args": expect.stringMatching(/^kind=malformed_frame /),
    });
  });

  describe("with a dump of procfs", () => {
    const attached = tracePath("attach.2024");
    const dump = path("attach.procfs");
    writeFileSync(dump, readProcfs("attach.2024"));
    const fields = ["--fields", "proc.exepath,proc.pexepath,fd.name"];

    test("knows the processes that ran already", async () => {
      const { code, json, stderr } = await sentrytap(["events", "--procfs", dump, ...fields, attached]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(json[0]).toEqual({
        "proc.exepath": "/usr/bin/sleep",
        "proc.pexepath": "/usr/bin/bash",
        "fd.name": "host:[3]",
      });
      const { json: blind } = await sentrytap(["events", ...fields, attached]);
      expect(blind.some((event) => event["proc.pexepath"] === "/usr/bin/bash")).toBe(false);
    });

    test("goes on where some of it is broken, and says so", async () => {
      writeFileSync(
        path("broken.procfs"),
        `${readProcfs("attach.2024")}
{"status":{}}
`,
      );
      const { code, stderr } = await sentrytap(["events", "--procfs", path("broken.procfs"), attached]);
      expect(code).toBe(0);
      expect(stderr).toMatch(/broken\.procfs: lines that are no process, and are skipped: 1$/m);
    });

    test("refuses what is none, and more than one recording", async () => {
      const none = await sentrytap(["events", "--procfs", recording, attached]);
      expect({ code: none.code, stderr: none.stderr }).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(`${recording}: no dump of procfs`),
      });
      const nowhere = await sentrytap(["events", "--procfs", path("nowhere"), attached]);
      expect({ code: nowhere.code, stderr: nowhere.stderr }).toMatchObject({
        code: 1,
        stderr: expect.stringContaining("ENOENT"),
      });
      expect((await sentrytap(["events", "--procfs", dump, attached, recording])).code).toBe(2);
      expect((await sentrytap(["detect", "--procfs", dump, "--listen", path("s")])).code).toBe(2);
    });

    test("lets rules see it, too", async () => {
      const rules = path("attach.yaml");
      writeFileSync(
        rules,
        "- {rule: a, desc: a, condition: evt.type = close and proc.pexepath = /usr/bin/bash, output: a, priority: INFO}",
      );
      const { json } = await sentrytap(["detect", "--rules", rules, "--procfs", dump, attached]);
      expect(json.length).toBeGreaterThan(10);
      expect((await sentrytap(["detect", "--rules", rules, attached])).json.length).toBe(0);
    });
  });

  test("prints the fields that are asked for, of what rules see", async () => {
    const names =
      "evt.num,evt.type,evt.rawtime,proc.name,proc.aname[1],fd.num,evt.is_open_read,evt.arg.flags";
    const { code, json, stderr } = await sentrytap(["events", "--fields", names, recording]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const whole = (await sentrytap(["events", recording])).json;
    expect(json).toHaveLength(whole.filter(({ direction }) => direction === "exit").length);
    expect(Object.keys(json[0] ?? {})).toEqual(names.split(","));
    expect(json[3]).toEqual({
      "evt.num": 4,
      "evt.type": "openat",
      "evt.rawtime": "1795286461260747765",
      "proc.name": "bash",
      "proc.aname[1]": null,
      "fd.num": 3,
      "evt.is_open_read": true,
      "evt.arg.flags": "O_RDONLY|O_CLOEXEC",
    });
    expect(json.map((event) => event["evt.num"])).toEqual(json.map((_, i) => i + 1));
  });

  test("takes fields of several values, and several lists of names", async () => {
    const { json } = await sentrytap([
      "events",
      "-F",
      "proc.aname, fd.ip",
      "-F",
      "proc.env[PATH]",
      recording,
    ]);
    expect(Object.keys(json[0] ?? {})).toEqual(["proc.aname", "fd.ip", "proc.env[PATH]"]);
    expect(new Set(json.map((event) => JSON.stringify(event["proc.aname"])))).toEqual(
      new Set(["null", '["bash"]']),
    );
  });

  test.each([
    ["proc.name,proc.nam", 'there is no field "proc.nam": did you mean "proc.name"'],
    ["evt.arg.flag", 'no event has an argument "flag": did you mean "flags"'],
    ["proc.name[2]", 'the field "proc.name" takes no argument'],
    ["", '"" is no field'],
  ])("refuses the fields %j before it reads anything, exit code 2", async (names, message) => {
    const { code, stdout, stderr } = await sentrytap(["events", "--fields", names, path("nowhere.trace")]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("nowhere");
  });
});

describe("sentrytap detect FILE", () => {
  test("prints Falco's JSON when piped", async () => {
    const { code, json, stderr } = await sentrytap(["detect", recording]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(json.length).toBeGreaterThanOrEqual(3);
    for (const alert of json) {
      expect(Object.keys(alert).sort()).toEqual([
        "output",
        "output_fields",
        "priority",
        "rule",
        "source",
        "tags",
        "time",
      ]);
    }
    const files = json.map(({ output_fields }) => (output_fields as Record<string, unknown>)["fd.name"]);
    expect(files).toEqual(expect.arrayContaining(["/bin/foo", "/usr/bin/bar", "/usr/local/bin/backdoor"]));
  });

  test("prints text on a terminal, and what is asked for everywhere", async () => {
    const line = /^\d\d:\d\d:\d\d\.\d{9}: Error File below a binary directory opened for writing \|/m;
    expect((await sentrytap(["detect", recording], { terminal: true })).stdout).toMatch(line);
    expect((await sentrytap(["detect", "--format", "text", recording])).stdout).toMatch(line);
    expect((await sentrytap(["detect", "--format", "json", recording], { terminal: true })).stdout).toMatch(
      /^\{/,
    );
  });

  test("adds to outputs what is asked for", async () => {
    writeFileSync(
      path("exec.yaml"),
      "- rule: exec\n  desc: d\n  condition: evt.type = execve\n  output: ran\n  priority: INFO\n",
    );
    const run = async (...args: readonly string[]): Promise<string> => {
      const { json } = await sentrytap(["detect", "-r", path("exec.yaml"), ...args, recording]);
      return String(json[0]?.["output"]).replace(/^.*?Informational /, "");
    };
    expect(await run()).toBe("ran");
    expect(await run("-p", "by %evt.type", "--print", "twice")).toBe("ran by execve twice");
    const containers = /^ran container_id=[0-9a-f]{12} container_name=<NA> .* k8s_ns_name=<NA>$/;
    expect(await run("-pc")).toMatch(containers);
    expect(await run("-p", "kubernetes")).toMatch(containers);
    expect(await run("-pcg")).toMatch(/^ran container_id=.* k8s_ns_name=<NA> vpid=\d+ vtid=\d+$/);
    const { code, stderr } = await sentrytap(["detect", "-p", "%fd.nam", recording]);
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean "fd.name"?'),
    });
  });

  test("writes times and keys as asked for", async () => {
    const iso = await sentrytap(["detect", "--time", "iso8601", "--hostname", "here", recording]);
    expect(iso.json[0]).toMatchObject({
      hostname: "here",
      output: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}\+0000: /),
      output_fields: { "evt.time.iso8601": expect.any(Number) },
    });
    const few = await sentrytap(["detect", "--omit", "output,tags", "--omit", "output_fields", recording]);
    expect(Object.keys(few.json[0] ?? {})).toEqual(["priority", "rule", "source", "time"]);
    expect((await sentrytap(["detect", "--omit", "rule", recording])).code).toBe(2);
  });

  test("gives the first rule that matches an event, or all", async () => {
    const rule = (name: string): string =>
      `- rule: ${name}\n  desc: d\n  condition: evt.type = execve\n  output: x %proc.name\n  priority: INFO\n`;
    writeFileSync(path("two.yaml"), rule("one") + rule("two"));
    const first = await sentrytap(["detect", "-r", path("two.yaml"), recording]);
    expect(new Set(first.json.map(({ rule }) => rule))).toEqual(new Set(["one"]));
    const all = await sentrytap(["detect", "-r", path("two.yaml"), "--all-matches", recording]);
    expect(all.json).toHaveLength(2 * first.json.length);
  });

  test("refuses wrong rules with file, line and column, exit code 2, and starts nothing", async () => {
    writeFileSync(
      path("bad.yaml"),
      "- rule: broken\n  desc: d\n  condition: evt.type = open and nosuch.field = 1\n  output: x\n  priority: INFO\n",
    );
    const { code, stdout, stderr } = await sentrytap(["detect", "-r", path("bad.yaml"), recording]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/bad\.yaml:3:34: /);
    expect(stderr).toMatch(/nosuch\.field/);
    expect((await sentrytap(["detect", "-r", path("missing.yaml"), recording])).code).toBe(2);
  });

  test("says so where the rules cannot match anything", async () => {
    writeFileSync(path("none.yaml"), "# nothing yet\n");
    const { code, stderr } = await sentrytap(["detect", "-r", path("none.yaml"), recording]);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: "sentrytap: no rule is enabled: nothing can alert\n",
    });
  });

  test("wants files or a socket, and not both", async () => {
    expect((await sentrytap(["detect"])).code).toBe(2);
    expect((await sentrytap(["detect", "--listen", path("s"), recording])).code).toBe(2);
  });
});

describe("sentrytap", () => {
  test.each([
    [["--help"], 0],
    [["decode", "--help"], 0],
    [["events", "--help"], 0],
    [["detect", "--help"], 0],
    [["record", "--help"], 0],
    [["replay", "--help"], 0],
    [["config", "--help"], 0],
    [["rules", "--help"], 0],
    [["--version"], 0],
    [["decode"], 2],
    [["rules"], 2],
    [["nonsense"], 2],
    [["decode", "--nonsense", "x"], 2],
    [["replay", "x", "--connect", "y", "--loops", "0"], 2],
    [["config", "--endpoint", "relative"], 2],
  ])("%j ends with %i", async (args, code) => {
    const ran = await sentrytap(args);
    expect(ran.code).toBe(code);
    if (code === 0) expect(ran.stdout).not.toBe("");
    else expect(ran).toMatchObject({ stdout: "", stderr: expect.stringMatching(/\w/) });
  });

  test("config prints a session for the endpoint", async () => {
    const small = JSON.parse((await sentrytap(["config", "--endpoint", "/run/x.sock"])).stdout);
    expect(small.trace_session.sinks[0]).toMatchObject({
      name: "remote",
      config: { endpoint: "/run/x.sock" },
    });
    const all = JSON.parse((await sentrytap(["config", "--all"])).stdout);
    expect(all.trace_session.points.length).toBeGreaterThan(small.trace_session.points.length);
  });
});

describe("sentrytap rules fields", () => {
  test("lists every field, with where its values come from and why not", async () => {
    const { code, stdout } = await sentrytap(["rules", "fields"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^proc\.aname\[index\?\] +string +stream +Name of an ancestor/m);
    expect(stdout).toMatch(
      /^thread\.cap_effective +string +unavailable +No trace point tells capabilities\.$/m,
    );
    expect(stdout.split("\n").length).toBeGreaterThan(240);
  });

  test("takes a part of a name, or a pattern", async () => {
    const names = async (pattern: string): Promise<unknown[]> => {
      return (await sentrytap(["rules", "fields", pattern, "--json"])).json.map(({ name }) => name);
    };
    expect(await names("rawtime")).toEqual(["evt.rawtime", "evt.rawtime.ns", "evt.rawtime.s"]);
    expect(await names("fd.*ip")).toEqual(["fd.cip", "fd.ip", "fd.lip", "fd.rip", "fd.sip"]);
    expect(await names("*.is*_*lea*er")).toEqual([
      "proc.is_pgid_leader",
      "proc.is_sid_leader",
      "proc.is_vpgid_leader",
    ]);
    expect(await names("user.uid*")).toEqual(["user.uid"]);
  });

  test("as JSON has all that is known", async () => {
    const { json } = await sentrytap(["rules", "fields", "evt.latency.s", "--json"]);
    expect(json).toEqual([
      {
        name: "evt.latency.s",
        type: "duration",
        argument: "none",
        argumentRequired: false,
        description: "Always 0, as in Falco.",
        availability: "constant",
        deprecated: true,
        filterOnly: false,
        constant: "0",
      },
    ]);
  });

  test("of a name that no field has says so, exit code 1", async () => {
    const { code, stdout, stderr } = await sentrytap(["rules", "fields", "nosuch"]);
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: "",
      stderr: 'sentrytap: no field has "nosuch" in its name\n',
    });
  });
});

test("long work shows where it is on a terminal, and takes that away again", async () => {
  const { stderr } = await sentrytap(["detect", "--format", "json", recording], { terminal: true });
  expect(stderr).toMatch(/touch_bin\.2024\.trace: \d+ messages/);
  expect(stderr.endsWith("\r\u001b[K")).toBe(true);
  expect((await sentrytap(["detect", recording])).stderr).toBe("");
});
