import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createFieldReader, parseProcfs, type TrackedEvent } from "sentrytap";
import { describe, expect, it } from "vitest";
import { failed, first, returned, Simulation, sysno, thread } from "../../packages/state/test/simulate.ts";
import { readProcfs } from "../traces/index.ts";
import { gapsOf, inThread, names, only, play, releases, returns, sole } from "./play.ts";

// What is lost, and what is never told: docs/what-the-stream-says.md has these numbers.

describe("31: bytes that are not UTF-8", () => {
  it.each(releases)("lose messages, and each way of hiding so leaves a gap (%s)", async (release) => {
    const gaps = only(await play(`nonutf8.${release}`), "gap");
    expect(gaps.map(({ tid, processName, args }) => [tid, processName, args])).toEqual([
      // Two files of such names, of which the closes are left.
      [1, "python3", { kind: "exit_without_enter", call: "close" }],
      [1, "python3", { kind: "exit_without_enter", call: "close" }],
      // An argument, and a variable of the environment.
      [2, "echo", { kind: "name_change", before: "python3", after: "echo" }],
      [3, "echo", { kind: "name_change", before: "python3", after: "echo" }],
      [1, "python3", { kind: "exit_without_enter", call: "close" }],
      // All that happened in a directory of such a name: two processes, whose ends are told without it, and the way out.
      [6, "true", { kind: "thread_without_birth" }],
      [5, "sh", { kind: "thread_without_birth" }],
      [1, "python3", { kind: "exit_without_enter", call: "chdir" }],
      // All that the process did under such a name.
      [1, "goodname", { kind: "name_change", before: "python3", after: "goodname" }],
      // And one that ended under it.
      [undefined, undefined, { kind: "sandbox_lost", threads: 1, processes: 1 }],
    ]);
  });

  it.each(releases)(
    "in an exec are seen by the name, where it is cut by the exec itself (%s)",
    async (release) => {
      const events = await play(`unreadable.${release}`);
      const path = `/tmp/${"ä".repeat(8)}`;
      expect(only(events, "gap").map(({ tid, args }) => [tid, args])).toEqual([
        [2, { kind: "name_change", before: "corners", after: "link" }], // an argument
        [3, { kind: "name_change", before: "corners", after: "link" }], // a variable
        [4, { kind: "unreadable_name", path }],
        [undefined, { kind: "sandbox_lost", threads: 1, processes: 1 }], // the same one
      ]);
      expect(inThread(events, 4).at(-1), "nothing more is told").toMatchObject({
        type: "execve",
        direction: "exit",
      });
      const written = returns(events, "write");
      expect(written.map(({ tid, thread: known }) => [tid, known?.name, known?.process.args])).toEqual([
        [2, "link", ["unreadable"]],
        [3, "link", ["unreadable"]],
      ]);
    },
  );

  it.each(releases)(
    "in the environment alone lose an exec's return where its enter has none (%s)",
    async (release) => {
      const events = await play(`unreadable_falco.${release}`);
      const gap = sole(only(events, "gap"));
      expect([gap.tid, gap.args]).toEqual([
        3,
        { kind: "enter_without_exit", call: "execve", path: "/bin/link" },
      ]);
      const reader = createFieldReader(["evt.type", "gap.kind"]);
      expect(reader.read(gap)).toEqual(["gap", "enter_without_exit"]);
    },
  );

  it.each(releases)("leave nothing in a session that does not collect names (%s)", async (release) => {
    const events = inThread(await play(`unreadable_falco.${release}`), 2);
    expect(only(events, "gap", "execve")).toEqual([]);
    const write = sole(returns(events, "write"));
    expect(write).toMatchObject({
      processName: undefined,
      thread: { process: { exepath: "/bin/corners", args: ["unreadable"] } },
    });
  });

  it.each(releases)("are no hiding place from raw points (%s)", async (release) => {
    const events = await play(`hidden.${release}`);
    const gap = sole(only(events, "gap"));
    expect([gap.tid, gap.args]).toEqual([3, { kind: "exit_without_enter", call: "execve" }]);
    expect(gap.thread?.process).toMatchObject({ name: undefined, exepath: undefined, parentPid: 1 });
    const written = returns(events, "write").map(({ tid, thread: known }) => [
      tid,
      known?.name,
      known?.process.exe,
    ]);
    expect(written).toEqual([
      [2, "link", "program"],
      [3, "corners", undefined],
    ]);
  });

  it("leave nothing of an exec that keeps the name, without those", () => {
    const box = new Simulation();
    box.start();
    box.openat(thread(1, 1, { processName: "sh" }), "/etc/ld.so.cache", 3); // of a program that calls itself sh
    expect(box.gaps).toEqual([]);
  });
});

describe("32: messages that are too long", () => {
  it.each(releases)("are counted, and the exec that was one shows by the name (%s)", async (release) => {
    const events = await play(`oversize_argv.${release}`);
    const gaps = only(events, "gap");
    expect(gaps.map(({ tid, args }) => [tid, args])).toEqual([
      [2, { kind: "drop", count: 3 }],
      [2, { kind: "name_change", before: "python3", after: "true" }],
    ]);
    expect(only(inThread(events, 2), "execve", "sentry_exec")).toEqual([]);
    expect(gaps[1]?.thread?.process, "what it was before, not what it is").toMatchObject({
      name: "true",
      exepath: "/usr/bin/python3",
    });
  });
});

describe("33: the count of drops", () => {
  it("is told once, before the event of the message that brings it", async () => {
    const events = await play("drops_burst.2024");
    const gap = sole(only(events, "gap").filter(({ args }) => args.kind === "drop"));
    expect(gap.args).toEqual({ kind: "drop", count: 300 });
    const next = events.slice(events.indexOf(gap) + 1).find(({ type }) => type !== "gap");
    expect(next?.message).toBe(gap.message);
    expect(events.at(-2)?.args, "somebody's end was among them").toMatchObject({ kind: "sandbox_lost" });
  });

  it("begins with 0, and never goes back, in every recording", async () => {
    for (const name of names) {
      let dropped = 0;
      let told = 0;
      for (const { message, args, type } of await play(name)) {
        if (type === "gap" && args.kind === "drop") told += args.count;
        const { droppedCount = dropped } = message;
        expect(droppedCount, name).toBeGreaterThanOrEqual(dropped);
        dropped = droppedCount;
      }
      expect(told, name).toBe(dropped);
    }
  });
});

describe("34: time runs backwards between threads", () => {
  it("and neither reorders events nor is a gap", async () => {
    const reader = createFieldReader(["evt.num", "evt.rawtime"]);
    const numbers: number[] = [];
    const events = await play("threads20.2022", (event) => {
      const [number] = reader.read(event) ?? [];
      if (typeof number === "number") numbers.push(number);
    });
    const times = events.flatMap(({ timeNs }) => (timeNs === undefined ? [] : [timeNs]));
    const reversals = times.filter((time, at) => at > 0 && time < (times[at - 1] ?? 0n));
    expect(reversals.length).toBe(19);
    expect(numbers).toEqual(numbers.map((_, at) => at + 1));
    expect(gapsOf(events)).toEqual([]);
  });

  it("but never within one", async () => {
    for (const name of names) {
      const last = new Map<number | undefined, bigint>();
      for (const { context, timeNs } of await play(name)) {
        if (timeNs === undefined) continue;
        expect(timeNs, name).toBeGreaterThanOrEqual(last.get(context?.threadId) ?? 0n);
        last.set(context?.threadId, timeNs);
      }
    }
    const box = new Simulation();
    box.start();
    const at = (timeNs: bigint): void => {
      box.call("SYSCALL_READ", thread(1, 1, { timeNs }), { fd: 3n }, returned(1));
    };
    at(1_700_000_000_000_000_000n);
    at(1_699_999_999_000_000_000n);
    expect(box.gaps.map(({ args }) => args)).toEqual([{ kind: "time_reversal", byNs: 1_000_000_000 }]);
  });
});

describe("35: threads interleave", () => {
  it("and their calls are paired by thread", async () => {
    const events = only(await play("threads20.2022"), "openat", "read", "close", "write");
    const under = new Map<number | undefined, TrackedEvent>();
    let mixed = 0;
    for (const event of events) {
      const { tid, direction, type } = event;
      if (direction === "enter") {
        expect(under.get(tid), "calls do not nest").toBeUndefined();
        if (under.size > 0) mixed++;
        under.set(tid, event);
        continue;
      }
      expect(under.get(tid)?.type).toBe(type);
      under.delete(tid);
      if (type === "read" && event.fd !== undefined) expect(event.fd.name).not.toBe("");
    }
    expect(mixed, "while another thread was in a call").toBeGreaterThan(50);
  });

  it("and a pair that is none is a gap", () => {
    const box = new Simulation();
    box.start();
    const exec = { sysno: sysno.execve, pathname: "/bin/x" };
    box.call("SYSCALL_EXECVE", first, exec, failed(2));
    box.send("SYSCALL_EXECVE", first, exec);
    box.call("SYSCALL_READ", first, { fd: 3n }, returned(1));
    box.send("SYSCALL_READ", first, { fd: 3n, exit: returned(1) });
    expect(box.gaps.map(({ args }) => args)).toEqual([
      { kind: "enter_without_exit", call: "execve", path: "/bin/x" },
      { kind: "exit_without_enter", call: "read" },
    ]);
  });
});

describe("36: calls without points", () => {
  it.each(releases)("leave only traces: what is sent without a connection, none (%s)", async (release) => {
    const events = await play(`udp_dns.${release}`);
    const types = new Set(events.map(({ type }) => type));
    expect(types).not.toContain("syscall");
    expect([...types].filter((type) => /send|recv|listen|mmap|unlink/.test(type))).toEqual([]);
    const sockets = returns(events, "socket").filter(({ args }) => (args.type & 0xf) === 2);
    expect(sockets.length).toBeGreaterThan(returns(events, "connect").length);
  });

  it.each(releases)("new ids by the next context: setreuid (%s)", async (release) => {
    const events = inThread(await play(`setuid_py.${release}`), 6);
    expect(only(events, "setuid", "setresuid", "syscall")).toEqual([]);
    const ids = events.map(({ thread: known }) => known?.credentials?.effectiveUid);
    expect([ids[0], ids[1], ids.at(-1)]).toEqual([0, 1000, 1000]);
  });

  it.each(releases)("a descriptor by its first use: memfd_create (%s)", async (release) => {
    const events = await play(`memfd_exec.${release}`);
    const write = events.find(({ type, fd }) => type === "write" && fd?.kind === "memfd");
    expect(write?.fd).toMatchObject({ kind: "memfd", name: "/memfd:payload (deleted)" });
    const made = events.slice(0, write && events.indexOf(write));
    expect(made.filter(({ fd }) => fd?.kind === "memfd")).toEqual([]);
  });

  it.each(releases)(
    "nothing of a file that is removed, but where raw points are asked for (%s)",
    async (release) => {
      const rm = (await play(`touch_bin.${release}`)).filter(({ thread: known }) => known?.name === "rm");
      expect(rm.length).toBeGreaterThan(10);
      expect(rm.map(({ fd }) => fd?.name)).not.toContain("/bin/foo");
      expect(rm.filter(({ type }) => /unlink|syscall/.test(type))).toEqual([]);
      const raw = new Set(
        returns(await play(`rawall_ls.${release}`), "syscall").map(({ args }) => args.name),
      );
      for (const name of ["mmap", "mprotect", "statx", "brk", "getrandom"] as const)
        expect(raw).toContain(name);
    },
  );
});

describe("37: raw points", () => {
  it.each(releases)("have the call's own arguments, with their signs (%s)", async (release) => {
    const calls = returns(await play(`rawall_ls.${release}`), "syscall");
    const open = calls.find(({ args }) => args.name === "openat");
    expect(open?.message.arg1, "as it was sent").toBe(4_294_967_196n);
    expect(open?.args.params).toEqual({ dirfd: -100, name: expect.any(BigInt), flags: 0o2000000, mode: 0 });
    const close = calls.find(({ args, message }) => args.name === "close" && message.arg2 !== 0n);
    expect(close?.args.params, "and no rubbish behind them").toEqual({ fd: 3 });
    const anonymous = calls.find(({ args }) => args.name === "mmap" && (args.params.flags & 0x20) !== 0);
    expect(anonymous?.args.params).toMatchObject({ fd: -1 });
  });

  it.each(releases)("are the call for rules (%s)", async (release) => {
    const reader = createFieldReader(["evt.type", "evt.rawres", "syscall.type"]);
    const calls = returns(await play(`rawall_ls.${release}`), "syscall");
    const open = sole(calls.filter(({ args }) => args.name === "openat").slice(0, 1));
    expect(reader.read(open)).toEqual(["openat", 3, "openat"]);
  });
});

describe("38: the two releases", () => {
  it.each([
    ["2022", 22],
    ["2024", undefined],
  ])("differ in statx, which of %s fails with %s", async (release, errno) => {
    const statx = sole(
      returns(await play(`rawall_ls.${release}`), "syscall").filter(({ args }) => args.name === "statx"),
    );
    expect(statx.errno).toBe(errno);
    expect(statx.args.name === "statx" && statx.args.params.flags & 0x800, "AT_NO_AUTOMOUNT").toBe(0x800);
  });

  it("say the same of the same work, clone3 aside", async () => {
    const alike = names.filter(
      (name) => name.endsWith(".2022") && names.includes(name.replace("2022", "2024")),
    );
    const counts = async (name: string): Promise<Record<string, number>> => {
      const found: Record<string, number> = {};
      for (const { type, direction } of await play(name)) {
        const key = `${type} ${direction}`;
        found[key] = (found[key] ?? 0) + 1;
      }
      return found;
    };
    const same: string[] = [];
    for (const name of alike) {
      const [old, recent] = [await counts(name), await counts(name.replace("2022", "2024"))];
      if (JSON.stringify(Object.entries(old).sort()) === JSON.stringify(Object.entries(recent).sort()))
        same.push(name);
    }
    for (const name of [
      "memfd_exec",
      "setuid_py",
      "shebang",
      "prlimit",
      "tcp4",
      "nonutf8",
      "fd_paths",
      "interrupted",
    ]) {
      expect(same).toContain(`${name}.2022`);
    }
  });
});

const shared = new URL("../../../shared/traces/", import.meta.url);
const hasShared = existsSync(shared);
if (!hasShared) process.stderr.write(`SKIPPED: dumps of procfs in ${shared.pathname}, which is not there\n`);

describe("39: dumps of procfs", () => {
  /** What every dump must come to. */
  function check(text: string): void {
    const { processes, skipped } = parseProcfs(text);
    const lines = text.split("\n").filter((line) => line.startsWith("{"));
    expect([processes.length, skipped]).toEqual([lines.length, 0]);
    expect(lines.length).toBeGreaterThan(0);
    for (const { pid, parentPid, startTimeNs, ...told } of processes) {
      expect(pid).toBeGreaterThan(0);
      expect(parentPid).toBeGreaterThanOrEqual(0);
      expect(startTimeNs).toBeGreaterThan(1_600_000_000_000_000_000n);
      expect(told).toMatchObject({
        name: expect.stringMatching(/./),
        exepath: expect.stringMatching(/^\//),
        cwd: expect.stringMatching(/^\//),
        root: "/",
        args: expect.any(Array),
        env: expect.any(Array),
        credentials: { realUid: expect.any(Number) },
        descriptors: expect.any(Array),
      });
    }
  }

  it.each(releases)("are read, those of one sandbox and those of a pod (%s)", (release) => {
    check(readProcfs(`attach.${release}`));
    check(readProcfs(`pod.${release}`));
    const pod = parseProcfs(readProcfs(`pod.${release}`)).processes;
    expect(pod.filter(({ parentPid }) => parentPid === 0).length, "of all containers").toBeGreaterThan(1);
  });

  it.runIf(hasShared)("are read, all that were ever recorded", () => {
    const files = readdirSync(shared).filter((file) => /\.procfs2?\.json$/.test(file));
    expect(files.length).toBeGreaterThanOrEqual(12);
    const texts = files.map((file) => readFileSync(new URL(file, shared), "utf8"));
    const dumps = texts.filter((text) => text !== "");
    expect(dumps.length).toBeGreaterThanOrEqual(10);
    for (const text of dumps) check(text);
    // What is printed where a pod's other containers are asked for.
    expect(() => parseProcfs("")).toThrow(expect.objectContaining({ code: "ERR_PROCFS" }));
  });

  it("have lines that are passed over, or counted", () => {
    const text = readProcfs("attach.2024");
    const { processes } = parseProcfs(text);
    expect(parseProcfs(`${text}\n\n{"status":{"pid":0}}\n{"broken\n`)).toEqual({ processes, skipped: 2 });
    expect(() => parseProcfs("no such sandbox")).toThrow(expect.objectContaining({ code: "ERR_PROCFS" }));
  });
});
