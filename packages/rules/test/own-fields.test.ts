import { pipe } from "@sentrytap/core";
import { events } from "@sentrytap/events";
import { track } from "@sentrytap/state";
import { readRecording } from "@sentrytap/wire";
import { describe, expect, test } from "vitest";
import { traceNames, tracePath } from "../../../test/traces/index.ts";
import { first, returned, Simulation, thread } from "../../state/test/simulate.ts";
import { createFieldReader, type FieldReading } from "../src/index.ts";
import { readField } from "./reads.ts";

/** What fields say of the events of a recording that rules see; each combination once, in order. */
async function readAll(recording: string, ...names: readonly string[]): Promise<readonly FieldReading[][]> {
  const reader = createFieldReader(names);
  const found = new Map<string, FieldReading[]>();
  for await (const batch of pipe(readRecording(tracePath(recording)), events(), track())) {
    for (const event of batch) {
      const values = reader.read(event);
      if (values !== undefined) found.set(values.map(String).join("\0"), [...values]);
    }
  }
  return [...found.values()];
}

describe("recordings", () => {
  test.each(["2022", "2024"])(
    "of %s: what docker exec starts is of an exec session, and so are its children",
    async (release) => {
      const names = [
        "proc.name",
        "gvisor.is_exec_session",
        "gvisor.begins_exec_session",
        "gvisor.is_entrypoint",
      ];
      const rows = await readAll(`exec_session.${release}`, ...names);
      expect(rows).toContainEqual([expect.any(String), true, true, expect.anything()]);
      expect(rows).toContainEqual([expect.any(String), true, false, false]);
      expect(rows).toContainEqual([expect.any(String), false, false, true]);
      for (const [, isOf, begins] of rows) if (begins === true) expect(isOf).toBe(true);
    },
  );

  test("a program's file has its permissions", async () => {
    const rows = await readAll(
      "setuid_exec.2024",
      "gvisor.exe.mode",
      "gvisor.exe.is_setid",
      "gvisor.exe.uid",
    );
    expect(rows).toContainEqual(["04755", true, 0]);
    const plain = await readAll("chroot.2024", "gvisor.exe.mode", "gvisor.exe.is_setid", "gvisor.exe.gid");
    expect(plain).toContainEqual(["0755", false, 0]);
  });

  test("the root of a process is that of its chroot", async () => {
    expect(await readAll("chroot.2024", "gvisor.root")).toEqual(
      expect.arrayContaining([["/"], ["/tmp/jail"]]),
    );
  });

  test("an open file may have no name any more", async () => {
    const rows = await readAll("fd_paths.2024", "gvisor.fd.path", "gvisor.fd.is_deleted");
    expect(rows).toContainEqual(["/tmp/d/f (deleted)", true]);
    expect(rows).toContainEqual(["/tmp/d", false]);
  });

  test("who made an orphan is told, and that another one adopted it", async () => {
    const rows = await readAll("dpkg_install.2024", "gvisor.is_orphan", "gvisor.creator.pid", "proc.ppid");
    const orphans = rows.filter(([isOrphan]) => isOrphan === true);
    expect(orphans.length).toBeGreaterThan(0);
    for (const [, creator, parent] of orphans) expect(creator).not.toBe(parent);
    for (const [isOrphan, creator, parent] of rows) if (isOrphan === false) expect(creator).toBe(parent);
  });

  test("the count of dropped points is that of the gaps together", async () => {
    const counts = (await readAll("drops_burst.2024", "gvisor.dropped")).map(([count]) => Number(count));
    expect(Math.min(...counts)).toBe(0);
    const gaps = await readAll("drops_burst.2024", "evt.num", "gap.kind", "evt.rawarg.count");
    const missing = gaps.filter(([, kind]) => kind === "drop").map(([, , count]) => Number(count));
    expect(missing.length).toBeGreaterThan(0);
    expect(Math.max(...counts)).toBe(missing.reduce((sum, count) => sum + count, 0));
  });

  test("calls are raw or decoded", async () => {
    expect(await readAll("rawall_ls.2024", "evt.type", "gvisor.is_raw")).toContainEqual(["mmap", true]);
    expect(await readAll("cat_shadow.2024", "evt.type", "gvisor.is_raw")).toContainEqual(["openat", false]);
  });

  test("a socket listens, or does not", async () => {
    const rows = await readAll("unix_sockets.2024", "fd.type", "gvisor.fd.is_listening");
    expect(rows).toContainEqual(["unix", false]);
  });

  test.each(traceNames().filter((name) => name.startsWith("setuid_py")))(
    "%s: ids beside the one in effect",
    async (name) => {
      const rows = await readAll(name, "user.uid", "gvisor.user.real_uid", "gvisor.user.saved_uid");
      expect(rows).toContainEqual([0, 0, 0]);
    },
  );
});

describe("what newer Sentries tell", () => {
  const loaded = {
    binaryPath: "/tmp/dropped",
    argv: ["dropped"],
    env: [],
    binaryMode: 0o100755,
    binaryUid: 1000,
    binaryGid: 100,
    binaryIno: 77n,
    binaryCtime: { sec: 1_700_000_000n, nsec: 5n },
    binarySize: 12_345n,
    binaryNlink: 0,
    binaryOverlayfsUpper: true,
    binarySha256: new Uint8Array(32).fill(0xab),
    binarySha1: new Uint8Array(20).fill(0x1),
    pipeInputProc: { contextData: { threadGroupId: 9, processName: "curl" } },
  };

  function exec() {
    const box = new Simulation();
    box.start();
    const fields = { sysno: 59n, pathname: "/tmp/dropped", argv: ["dropped"], envv: [] };
    box.clone(first, 2);
    box.send("SYSCALL_EXECVE", thread(2), fields);
    const told = box.send("SENTRY_EXEC", thread(2), loaded);
    return { told, returned: box.send("SYSCALL_EXECVE", thread(2), { ...fields, exit: returned() }), box };
  }

  test.each([
    ["proc.is_exe_upper_layer", true],
    ["proc.is_exe_lower_layer", false],
    ["proc.exe_ino", 77],
    ["proc.exe_ino.ctime", 1_700_000_000_000_000_005n],
    ["gvisor.exe.sha256", "ab".repeat(32)],
    ["gvisor.exe.sha1", "01".repeat(20)],
    ["gvisor.exe.mode", "0755"],
    ["gvisor.exe.uid", 1000],
    ["gvisor.exe.gid", 100],
    ["gvisor.exe.size", 12_345],
    ["gvisor.exe.nlink", 0],
    ["evt.arg.flags", "EXE_UPPER_LAYER"],
    ["evt.rawarg.flags", 2],
  ])("%s of an exec", (name, value) => {
    expect(readField(name, exec().returned)).toBe(value);
  });

  test("of a program whose file nobody told, there is nothing; it is in no layer, as in Falco", () => {
    const box = new Simulation();
    const [start] = [box.start()].flat();
    if (start === undefined) throw new Error("no event");
    expect(readField("gvisor.exe.sha256", start)).toBeNull();
    expect(readField("proc.exe_ino", start)).toBeNull();
  });

  test("who writes into the pipe that is a new program's input", () => {
    const { told, returned: after } = exec();
    expect(readField("gvisor.stdin.process", told)).toBe("curl");
    expect(readField("gvisor.stdin.pid", told)).toBe(9);
    expect(readField("gvisor.stdout.process", told)).toBeNull();
    expect(readField("gvisor.stdin.process", after)).toBeNull();
  });

  test("what is mapped executable", () => {
    const { box } = exec();
    const anonymous = box.send("SENTRY_MMAP", first, {});
    expect(readField("gvisor.mapping.is_anonymous", anonymous)).toBe(true);
    const library = box.send("SENTRY_MMAP", first, {
      mappedPath: "/tmp/x.so",
      mappedIno: 5n,
      overlayfsUpper: true,
    });
    expect(readField("gvisor.mapping.is_anonymous", library)).toBe(false);
    expect(readField("gvisor.mapping.is_upper_layer", library)).toBe(true);
    expect(readField("gvisor.mapping.is_program", library)).toBe(false);
  });
});
