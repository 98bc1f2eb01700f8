import { describe, expect, it } from "vitest";
import { readProcfs } from "../../../test/traces/index.ts";
import { parseProcfs } from "./parse-procfs.ts";

const full = {
  exe: "/usr/bin/cat",
  args: ["cat", "-n"],
  env: ["A=1"],
  cwd: "/tmp",
  fdlist: [{ number: 0, path: "host:[1]", mode: 8630 }, { number: 5 }],
  clone_ts: 0,
  root: "/srv",
  limits: { RLIMIT_NOFILE: { cur: 1024, max: 1048576 } },
  status: {
    comm: "cat",
    pid: 7,
    ppid: 1,
    uid: { real: 1, effective: 2, saved: 3 },
    gid: { real: 4, effective: 5, saved: 6 },
    vm_size: 1,
  },
  stat: { pgid: 7, sid: 1 },
  maps: [],
};

/** A dump of these processes; the text of a process stands for itself. */
function dump(...processes: readonly unknown[]): string {
  const lines = processes.map((each) => (typeof each === "string" ? each : JSON.stringify(each)));
  return `PROCFS DUMP\n\n${lines.join("\n\n")}\n`;
}

describe("parseProcfs", () => {
  it("reads what runsc printed", () => {
    const { processes, skipped } = parseProcfs(readProcfs("attach.2024"));
    expect(skipped).toBe(0);
    expect(
      processes.map(({ pid, parentPid, exepath, startTimeNs }) => ({ pid, parentPid, exepath, startTimeNs })),
    ).toEqual([
      { pid: 1, parentPid: 0, exepath: "/usr/bin/bash", startTimeNs: 1795286847940381966n },
      { pid: 15, parentPid: 1, exepath: "/usr/bin/sleep", startTimeNs: 1795286849430431119n },
    ]);
    expect(processes[1]).toMatchObject({
      pgid: 1,
      sid: 1,
      name: "sleep",
      args: ["sleep", "0.2"],
      cwd: "/",
      root: "/",
      credentials: { realUid: 0, savedGid: 0 },
      descriptors: [
        { number: 0, path: "host:[2]", mode: 8630 },
        { number: 1, path: "host:[3]", mode: 4480 },
        { number: 2, path: "host:[1]", mode: 4480 },
      ],
    });
    expect(parseProcfs(readProcfs("pod.2024")).processes).toHaveLength(5);
  });

  it("tells each id apart, and leaves open what is not known of a descriptor", () => {
    const [process] = parseProcfs(dump(full)).processes;
    expect(process?.credentials).toEqual({
      realUid: 1,
      effectiveUid: 2,
      savedUid: 3,
      realGid: 4,
      effectiveGid: 5,
      savedGid: 6,
    });
    expect(process?.descriptors?.[1]).toEqual({ number: 5, path: "", mode: 0 });
  });

  it("takes fields that are missing for not known", () => {
    const [process] = parseProcfs('{"status":{"pid":3},"of a later version":[1]}').processes;
    expect(process).toEqual({
      pid: 3,
      parentPid: undefined,
      pgid: undefined,
      sid: undefined,
      name: undefined,
      exepath: undefined,
      args: undefined,
      env: undefined,
      cwd: undefined,
      root: undefined,
      startTimeNs: undefined,
      credentials: undefined,
      descriptors: undefined,
    });
    const [nulls] = parseProcfs(
      '{"status":{"pid":3,"uid":null},"args":null,"fdlist":null,"exe":""}',
    ).processes;
    expect(nulls).toEqual(process);
  });

  it("has no arguments where the list of none was split", () => {
    const [process] = parseProcfs(dump({ ...full, args: [""], env: [""] })).processes;
    expect(process).toMatchObject({ args: [], env: [] });
    const [other] = parseProcfs(dump({ ...full, args: ["", "x"] })).processes;
    expect(other?.args).toEqual(["", "x"]);
  });

  it("reads times to the nanosecond, whatever else the text has", () => {
    const line = JSON.stringify({ ...full, args: ['"clone_ts":5', "clone_ts"] });
    const exact = line.replace('"clone_ts":0', '"clone_ts" : 1795286849430431119');
    const [process] = parseProcfs(`{"inner":{"clone_ts":17},${exact.slice(1)}`).processes;
    expect(process).toMatchObject({ startTimeNs: 1795286849430431119n, args: ['"clone_ts":5', "clone_ts"] });
  });

  it.each([
    ["no JSON", "{"],
    ["no object", "[]"],
    ["a number", "1"],
    ["null", "null"],
    ["no status", '{"exe":"/x"}'],
    ["no id", { ...full, status: { comm: "x" } }],
    ["the id 0", { ...full, status: { pid: 0 } }],
    ["an id that is none", { ...full, status: { pid: 1.5 } }],
    ["an id too large", { ...full, status: { pid: 2 ** 31 } }],
    ["a negative parent", { ...full, status: { pid: 1, ppid: -1 } }],
    ["arguments of numbers", { ...full, args: [1] }],
    ["an environment that is no list", { ...full, env: "A=1" }],
    ["half the credentials", { ...full, status: { ...full.status, gid: { real: 0 } } }],
    ["a directory that is no text", { ...full, cwd: {} }],
    ["a time that is text", { ...full, clone_ts: "1" }],
    ["a time before all times", { ...full, clone_ts: -1 }],
    ["a time with an exponent", JSON.stringify(full).replace('"clone_ts":0', '"clone_ts":1e18')],
    ["a time that is a fraction", { ...full, clone_ts: 1.5 }],
    ["descriptors without numbers", { ...full, fdlist: [{ path: "/" }] }],
    ["descriptors that are none", { ...full, fdlist: [7] }],
    ["a line too long", { ...full, exe: "/".repeat(17_000_000) }],
  ])("skips and counts a line with %s", (_, line) => {
    const { processes, skipped } = parseProcfs(dump(line, full));
    expect([processes.map(({ pid }) => pid), skipped]).toEqual([[7], 1]);
  });

  it("skips and counts processes beyond all measure", () => {
    const { processes, skipped } = parseProcfs('{"status":{"pid":3}}\n'.repeat(65_540));
    expect([processes.length, skipped]).toEqual([65_536, 4]);
  });

  it("reads lines of Windows, and a dump of nobody", () => {
    expect(parseProcfs(dump(full).replaceAll("\n", "\r\n")).processes).toHaveLength(1);
    expect(parseProcfs("PROCFS DUMP")).toEqual({ processes: [], skipped: 0 });
    expect(parseProcfs("PROCFS DUMP\n\n{")).toEqual({ processes: [], skipped: 1 });
  });

  it.each(["", "\n \n", "loading sandbox: ID does not belong to a sandbox", "{}"])(
    "throws for a text that is no dump: %j",
    (text) => {
      expect(() => parseProcfs(text)).toThrow(
        expect.objectContaining({
          code: "ERR_PROCFS",
          message: expect.stringContaining("runsc trace procfs"),
        }),
      );
    },
  );
});
