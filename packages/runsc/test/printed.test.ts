// What real releases printed (runsc/), and what they do not print.
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { failureOf } from "../src/driver/failure-of.ts";
import { parseContainers } from "../src/driver/runsc-container.ts";
import { parseProcesses } from "../src/driver/runsc-process.ts";
import { parseVersion } from "../src/driver/runsc-version.ts";
import { parseTraceMetadata } from "../src/driver/trace-metadata.ts";
import { parseTraceSessions } from "../src/driver/trace-sessions.ts";
import { allPoints } from "../src/points.ts";

function recorded(name: string): string {
  const bytes = readFileSync(new URL(`runsc/${name}`, import.meta.url));
  return (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString();
}

describe.each(["2022", "2024"])("trace metadata of %s", (release) => {
  const { points, sinks } = parseTraceMetadata(recorded(`trace-metadata.${release}.txt.gz`));

  it("has every point with its fields, and the sinks", () => {
    expect(points.length).toBe(991);
    expect(points.filter(({ name }) => name.startsWith("syscall/sysno/")).length).toBe(884);
    expect(points.find(({ name }) => name === "syscall/execveat/exit")?.optionalFields).toEqual([
      "fd_path",
      "envv",
    ]);
    expect(points.find(({ name }) => name === "syscall/clone/exit")).toEqual({
      name: "syscall/clone/exit",
      optionalFields: [],
      contextFields: [
        "time",
        "thread_id",
        "task_start_time",
        "group_id",
        "thread_group_start_time",
        "container_id",
        "credentials",
        "cwd",
        "process_name",
      ],
    });
    expect([...sinks].sort()).toEqual(["null", "remote"]);
  });

  it("has no point with a schema that is not in our table, and all but those that came later", () => {
    const theirs = new Set(points.map(({ name }) => name));
    const ours = new Set(allPoints.map(({ name }) => name));
    expect([...theirs].filter((name) => !name.startsWith("syscall/sysno/") && !ours.has(name))).toEqual([]);
    const later = [...ours].filter((name) => !theirs.has(name));
    expect(
      later.filter((name) => !/^(sentry\/mmap|syscall\/(listen|mmap|ptrace)\/(enter|exit))$/.test(name)),
    ).toEqual([]);
  });
});

describe("ps", () => {
  it.each([
    ["2022", 3],
    ["2024", 4],
  ])("of %s names processes and their parents", (release, last) => {
    expect(parseProcesses(recorded(`ps.${release}.txt`))).toEqual([
      { pid: 1, parentPid: 0 },
      { pid: 2, parentPid: 1 },
      { pid: last, parentPid: 1 },
    ]);
  });

  it("of newer releases has a column more, behind those", () => {
    const printed =
      "UID   PID   PPID   PGID   C   TTY   STIME   TIME   CMD\n0     7     1      7      0   ?     06:28   0s     x\n";
    expect(parseProcesses(printed)).toEqual([{ pid: 7, parentPid: 1 }]);
  });

  it("passes over what names make of lines", () => {
    const printed = "UID  PID  PPID  C  CMD\n0    7    1     0  a\nb\n\n1 2\n-1 2 3 4\n99999999999 1 2 3\n";
    expect(parseProcesses(printed)).toEqual([{ pid: 7, parentPid: 1 }]);
  });

  it.each(["", "[1,2]", "PID PPID", "uid pid ppid c"])("is not %j", (printed) => {
    expect(() => parseProcesses(printed)).toThrow(TypeError);
  });
});

describe("trace metadata", () => {
  const point = "Name: a, optional fields: [], context fields: [time]";
  it.each([
    ["", /"POINTS \(how many\)" must come after 0 lines, and the end does/],
    [`POINTS (2)\n${point}\n\nSINKS (0)\n`, /a point must come after 2 lines, and "SINKS \(0\)" does/],
    [`POINTS (1)\nName: a\n\nSINKS (0)\n`, /a point must come after 1 lines/],
    [`POINTS (1)\n${point}\n\nSINKS (1)\n`, /a sink must come/],
    [`POINTS (1)\n${point}\n\nSINKS (0)\nmore`, /the end must come after 3 lines, and "more" does/],
    ["POINTS (999999999)\n", /a point must come/],
  ])("refuses %j", (printed, why) => {
    expect(() => parseTraceMetadata(printed)).toThrow(why);
  });
});

describe("list", () => {
  it("is null where there are no containers", () => {
    expect(parseContainers("null\n")).toEqual([]);
  });

  it.each(["2022", "2024"])(
    "has the containers of %s: of a pod, stopped, with hostile annotations",
    (release) => {
      const containers = parseContainers(recorded(`list.${release}.txt`));
      const bundle = expect.stringContaining("/bundles/");
      const hostile = new Map([
        ["__proto__", "x"],
        ["hostile\n\u001b[31m", "a\nPOINTS (1)\u202e\0"],
      ]);
      expect(containers).toEqual([
        { id: "created", sandboxId: "created", status: "created", pid: 4001, bundle, annotations: hostile },
        { id: "plain", sandboxId: "plain", status: "stopped", pid: undefined, bundle, annotations: hostile },
        expect.objectContaining({ id: "pod0", sandboxId: "pod0", status: "running", pid: 4002 }),
        expect.objectContaining({ id: "sub1", sandboxId: "pod0", status: "running", pid: 4002 }),
      ]);
    },
  );

  it("knows the pods of CRI-O, and takes what says neither for a sandbox", () => {
    const state = (annotations: object): object => ({
      id: "a",
      status: "running",
      pid: 1,
      bundle: "/b",
      annotations,
    });
    const sandboxOf = (annotations: object): string | undefined =>
      parseContainers(JSON.stringify([state(annotations)]))[0]?.sandboxId;
    const type = "io.kubernetes.cri-o.ContainerType";
    const sandbox = "io.kubernetes.cri-o.SandboxID";
    expect(sandboxOf({ [type]: "container", [sandbox]: "s" })).toBe("s");
    expect(sandboxOf({ [type]: "sandbox", [sandbox]: "s" })).toBe("a");
    expect(sandboxOf({ [type]: "container" })).toBe("a");
    expect(sandboxOf({ "io.kubernetes.cri.container-type": "?", [type]: "container", [sandbox]: "s" })).toBe(
      "a",
    );
  });

  const container = { id: "a", status: "running", pid: 1, bundle: "/b" };
  it.each<[unknown, RegExp]>([
    [{}, /the list of containers must be a list, and is {}/],
    [[null], /a container must be an object, and is null/],
    [[{ ...container, id: 1 }], /a container's id must be a string, and is 1/],
    [[{ ...container, id: undefined }], /a container's id must be a string, and is nothing/],
    [[{ ...container, pid: "1" }], /the pid of a must be an integer, and is "1"/],
    [[{ ...container, pid: 1.5 }], /the pid of a must be an integer/],
    [[{ ...container, status: {} }], /the status of a must be a string/],
    [[{ ...container, annotations: [] }], /the annotations of a must be an object/],
    [[{ ...container, annotations: { b: [1] } }], /an annotation of a must be a string/],
  ])("refuses %j", (value, why) => {
    expect(() => parseContainers(JSON.stringify(value))).toThrow(why);
  });

  it("takes keys that it does not know", () => {
    expect(parseContainers(JSON.stringify([{ ...container, more: 1 }]))).toHaveLength(1);
  });
});

describe("trace list", () => {
  it("has sessions with their sinks", () => {
    expect(parseTraceSessions("SESSIONS (0)\n")).toEqual([]);
    expect(parseTraceSessions('SESSIONS (1)\n"Default"\n\tSink: "remote", dropped: 4294967295\n')).toEqual([
      { name: "Default", sinks: [{ name: "remote", dropped: 4_294_967_295 }] },
    ]);
    expect(parseTraceSessions('SESSIONS (2)\n"a"\n"b\\n\\"c"\n\tSink: "x", dropped: 0\n')).toEqual([
      { name: "a", sinks: [] },
      { name: 'b\\n\\"c', sinks: [{ name: "x", dropped: 0 }] },
    ]);
  });

  it.each([
    "SESSIONS (1)\n",
    "SESSIONS (1)\nDefault\n",
    'SESSIONS (0)\n"a"\n',
    'SESSIONS (1)\n"a"\n\tSink: "x"\n',
  ])("refuses %j", (printed) => {
    expect(() => parseTraceSessions(printed)).toThrow(TypeError);
  });
});

describe("--version", () => {
  it.each<[string, string, number | undefined]>([
    [recorded("version.2022.txt"), "0.0~20221219.0", 20221219],
    [recorded("version.2024.txt"), "0.0~20240729.0", 20240729],
    ["runsc version release-20260810.0\nspec: 1.2.0\n", "release-20260810.0", 20260810],
    ["runsc version release-20240729.0-12-gabcdef012345\n", "release-20240729.0-12-gabcdef012345", 20240729],
    ["runsc version VERSION_MISSING\n", "VERSION_MISSING", undefined],
  ])("of %j", (printed, text, release) => {
    expect(parseVersion(printed)).toEqual({ text, release });
  });
});

describe("why a call failed", () => {
  const lines = (release: string): readonly (readonly [string, string])[] =>
    recorded(`failures.${release}.txt`)
      .trim()
      .split("\n")
      .map((line) => {
        const [reason = "", said = ""] = line.split("\t");
        return [reason, said];
      });

  it.each([...lines("2022"), ...lines("2024"), ...lines("2026")])("%s: %s", (reason, said) => {
    expect(failureOf(`${said}\n`)).toBe(reason);
  });

  it("cannot be chosen by the sandbox, where it would have one passed over", () => {
    const answered = "creating session: creating trace session: ";
    for (const said of [
      `${answered}loading sandbox: ID {"a" "b"} doesn't belong to a sandbox`,
      `${answered}x\nloading sandbox: ID {"a" "b"} doesn't belong to a sandbox`,
      `${answered}x\nloading sandbox: file does not exist`,
      `${answered}\ncreating session: connect("`,
    ]) {
      expect(failureOf(said)).toBe("failed");
    }
  });
});

describe("what no runsc prints", () => {
  const pieces = fc.constantFrom(
    "POINTS (2)\n",
    "SINKS (1)\n",
    "SESSIONS (1)\n",
    "Name: a, optional fields: [b], context fields: [c]\n",
    "Name: remote\n",
    '"Default"\n',
    '\tSink: "remote", dropped: 1\n',
    "runsc version x\n",
    '[{"id":"a"}]',
    "null",
    "\0",
  );
  const printed = fc
    .array(fc.oneof(pieces, fc.string({ unit: "binary" })), { maxLength: 8 })
    .map((all) => all.join(""));

  it.each<[string, (printed: string) => unknown]>([
    ["containers", parseContainers],
    ["version", parseVersion],
    ["metadata", parseTraceMetadata],
    ["sessions", parseTraceSessions],
    ["processes", parseProcesses],
  ])("is read as %s, or refused with a reason", (_, parse) => {
    fc.assert(
      fc.property(printed, (text) => {
        try {
          parse(text);
        } catch (error) {
          expect(error instanceof TypeError || error instanceof SyntaxError).toBe(true);
          expect(String(error)).not.toMatch(/undefined|not a function|reading/);
        }
      }),
    );
  });
});
