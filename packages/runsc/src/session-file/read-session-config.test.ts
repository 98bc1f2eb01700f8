import { TraceError } from "@sentrytap/core";
import { hostArchitecture } from "@sentrytap/wire";
import { describe, expect, it } from "vitest";
import { podInitConfig } from "../pod-init-config.ts";
import { allPoints } from "../points.ts";
import { streamOf } from "../stream-of.ts";
import { checkSessionConfig } from "./check-session-config.ts";
import { readSessionConfig } from "./read-session-config.ts";
import { formatSessionProblem } from "./session-file.ts";

const sinks = [{ name: "remote", config: { endpoint: "/run/s.sock" }, ignore_setup_error: true }];

function session(own: object): string {
  return JSON.stringify({ name: "Default", sinks, points: [], ...own });
}

function linesOf(text: string): readonly string[] {
  const read = checkSessionConfig(text, "s.json");
  return ("problems" in read ? read.problems : read.warnings).map(formatSessionProblem);
}

describe("readSessionConfig", () => {
  it("reads what podInitConfig makes, as for new sandboxes", () => {
    const config = podInitConfig({ endpoint: "/run/s.sock", points: "all" });
    const { session: read, sandboxes, warnings } = readSessionConfig(JSON.stringify(config), "pod.json");
    expect({ sandboxes, warnings }).toEqual({ sandboxes: "new", warnings: [] });
    expect(read).toEqual({ name: "Default", ignore_missing: true, points: config.trace_session.points });
  });

  it("reads a bare session, as for a sandbox that runs", () => {
    const points = [{ name: "syscall/openat/exit" }, { name: "syscall/sysno/87/exit" }];
    const { session: read, sandboxes } = readSessionConfig(session({ points }), "s.json");
    expect(sandboxes).toBe("running");
    expect(read.ignore_missing).toBe(false);
    expect(read.points).toEqual(points.map((point) => ({ ...point, context_fields: [] })));
  });

  it("takes null for what is not there, as gVisor does", () => {
    expect(readSessionConfig(session({ points: null, options: null }), "s.json").session.points).toEqual([]);
  });

  it("throws one error that tells them all", () => {
    const read = (): unknown => readSessionConfig(session({ name: "Mine", points: [{}] }), "s.json");
    expect(read).toThrow(TraceError);
    expect(read).toThrow(
      expect.objectContaining({
        code: "ERR_SESSION",
        message: expect.stringMatching(/^s\.json:1:.*\ns\.json:1:/),
      }),
    );
  });

  it("warns of calls that are told twice, decoded and raw", () => {
    const execve = hostArchitecture === "x64" ? 59 : 221;
    const points = ["syscall/execve/exit", `syscall/sysno/${execve}/exit`, `syscall/sysno/${execve}/enter`];
    expect(linesOf(session({ points: points.map((name) => ({ name })) }))).toEqual([
      expect.stringMatching(
        /warning: "syscall\/sysno\/\d+\/exit" tells of the calls of "syscall\/execve\/exit" again: rules see each of them twice$/,
      ),
    ]);
  });

  it("says where", () => {
    const text =
      '{"trace_session": {\n  "name": "Default",\n  "sinks": [],\n  "points": [\n    {"name": "syscall/opnat/exit"}\n]}}';
    expect(linesOf(text)).toEqual([
      's.json:5:14: error: there is no point "syscall/opnat/exit": did you mean "syscall/openat/exit"?',
      's.json:1:19: warning: there are no "sinks": nothing will be sent',
    ]);
  });

  it.each<[string, string]>([
    ["no JSON: a value must stand here, not the end of the file", ""],
    ['no JSON: a key in double quotes must stand here, not "name: 1}"', "{name: 1}"],
    ['no JSON: the end of the file must stand here, not "{}"', "{} {}"],
    ["no JSON: a string that does not end", '{"a'],
    ['no JSON: "," or "]" must stand here, not "}"', '{"points": [}'.replace("[}", "[1}")],
    ["nested more than 50 levels deep", "[".repeat(100_000)],
    ["a session must be an object in braces, not a list in brackets", "[]"],
    ["trace_session must be an object in braces, not a number", '{"trace_session": 1}'],
    ['the file has no key "x", and gVisor takes none that it does not know', '{"trace_session": {}, "x": 1}'],
    [
      'a session has no key "point", and gVisor takes none that it does not know: did you mean "points"?',
      session({ point: [] }),
    ],
    ['the key "name" is there twice', '{"name": "Default", "name": "Default"}'],
    ['the session\'s name must be "Default", it has none', '{"points": []}'],
    ['the session\'s name must be "Default", not "x"', session({ name: "x" })],
    ['"points" must be a list in brackets, not an object in braces', session({ points: {} })],
    ["a point must be an object in braces, not a string in quotes", session({ points: ["sentry/clone"] })],
    ['a point must have a "name"', session({ points: [{ context_fields: [] }] })],
    [
      'there is no point "sentry/start": runsc trace metadata lists',
      session({ points: [{ name: "sentry/start" }] }),
    ],
    [
      "raw points are syscall/sysno/N/enter and exit, N up to 441",
      session({ points: [{ name: "syscall/sysno/442/exit" }] }),
    ],
    [
      'there is no context field "thread": there are time, thread_id',
      session({ points: [{ name: "sentry/clone", context_fields: ["thread"] }] }),
    ],
    [
      'syscall/read/exit has no optional field "fdpath": did you mean "fd_path"?',
      session({ points: [{ name: "syscall/read/exit", optional_fields: ["fdpath"] }] }),
    ],
    [
      'syscall/open/exit has no optional field "fd_path": it has none',
      session({ points: [{ name: "syscall/open/exit", optional_fields: ["fd_path"] }] }),
    ],
    [
      '"context_fields" must have strings, not a number',
      session({ points: [{ name: "sentry/clone", context_fields: [1] }] }),
    ],
    ['"ignore_missing" must be true or false, not a string in quotes', session({ ignore_missing: "yes" })],
    ['the "name" of a sink must be "remote", or "null"', session({ sinks: [{ name: "remot" }] })],
    ['must have an "endpoint"', session({ sinks: [{ name: "remote", config: {} }] })],
    ["characters long: a session file has at most", `"${"a".repeat(5 * 1024 * 1024)}"`],
  ])("is strict: %s", (message, text) => {
    const lines = linesOf(text);
    expect(lines[0]).toMatch(/^s\.json:\d+:\d+: error: /);
    expect(lines.join("\n")).toContain(message);
  });

  it("warns of what gVisor skips, and of points that are there twice", () => {
    const points = [
      { name: "sentry/clone" },
      { name: "sentry/clon", context_fields: ["tme"] },
      { name: "sentry/clone", context_fields: ["time"] },
    ];
    const read = readSessionConfig(session({ ignore_missing: true, points }), "s.json");
    expect(read.warnings.map(({ message }) => message)).toEqual([
      'there is no point "sentry/clon", so gVisor skips it: did you mean "sentry/clone"?',
      'there is no context field "tme", so gVisor skips it: did you mean "time"?',
      'the point "sentry/clone" is there twice: gVisor takes the last',
    ]);
    expect(read.session.points).toContainEqual({ name: "sentry/clone", context_fields: ["time"] });
  });

  it("ends within a moment, whatever the file", () => {
    const point = { name: "syscall/opnat/exit", context_fields: ["x"] };
    const before = performance.now();
    const read = checkSessionConfig(
      session({ points: Array.from({ length: 50_000 }, () => point) }),
      "s.json",
    );
    expect("problems" in read && read.problems.length).toBe(400);
    expect(performance.now() - before).toBeLessThan(10_000);
  });
});

describe("streamOf", () => {
  it("has what the session asks for", () => {
    const { session: read } = readSessionConfig(
      session({
        ignore_missing: true,
        points: [
          { name: "container/start", optional_fields: ["env"], context_fields: ["time"] },
          { name: "syscall/pread64/enter" },
          { name: "syscall/sysno/87/exit" },
          { name: "syscall/none/exit" },
        ],
      }),
      "s.json",
    );
    const { points, seeded } = streamOf(read, { arch: "x64" });
    expect(seeded).toBe(false);
    expect(
      points.map(({ name, eventTypes, direction, decoded }) => [name, eventTypes, direction, decoded]),
    ).toEqual([
      ["container/start", ["container_start", "clone", "execve"], "exit", true],
      ["syscall/pread64/enter", ["pread"], "enter", true],
      ["syscall/sysno/87/exit", ["unlink"], "exit", false],
    ]);
    expect(points[0]?.contextFields).toEqual(new Set(["time"]));
    expect(points[0]?.optionalFields).toEqual(new Set(["env"]));
    expect(streamOf(read, { arch: "arm64" }).points[2]?.eventTypes).toEqual(["timerfd_gettime"]);
  });

  it("has every point that podInitConfig asks for", () => {
    const { trace_session: all } = podInitConfig({ endpoint: "/run/s.sock", points: "all" });
    expect(streamOf(all).points.map(({ name }) => name)).toEqual(allPoints.map(({ name }) => name));
  });
});
