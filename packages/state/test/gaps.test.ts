import { normalize } from "@sentrytap/events";
import { decodeFrame, SandboxEnd, type StreamItem, type TracedSandbox } from "@sentrytap/wire";
import { describe, expect, it } from "vitest";
import { corpus, fixtures, type Recording } from "../../wire/test/corpus.ts";
import { createTracker } from "../src/index.ts";
import { failed, first, returned, Simulation, sysno, thread } from "./simulate.ts";

const read = { sysno: sysno.read, fd: 0n };

describe("a drop", () => {
  it("is told with the message that brings the count, once", () => {
    const box = new Simulation();
    box.start();
    box.send("SYSCALL_READ", first, read, 3);
    box.send("SYSCALL_READ", first, { ...read, exit: {} }, 3);
    box.send("SYSCALL_READ", first, read, 10);
    expect(box.gaps.map(({ args }) => args)).toEqual([
      { kind: "drop", count: 3 },
      { kind: "drop", count: 7 },
    ]);
    expect(box.gaps[0]).toMatchObject({ tid: 1, pid: 1, containerId: "c1", thread: { name: "sh" } });
  });

  it("is counted on when the count wraps, and not when it goes back", () => {
    const box = new Simulation();
    for (const count of [2 ** 31 - 1, 2 ** 32 - 2, 5, 3]) box.send("SYSCALL_READ", first, read, count);
    expect(box.gaps.flatMap(({ args }) => (args.kind === "drop" ? [args.count] : []))).toEqual([
      2 ** 31 - 1,
      2 ** 31 - 1,
      7,
    ]);
  });

  it("is told once, whatever order the messages of two threads come in", () => {
    const box = new Simulation();
    for (const count of [5, 4, 5, 6]) box.send("SYSCALL_READ", first, read, count);
    expect(box.gaps.flatMap(({ args }) => (args.kind === "drop" ? [args.count] : []))).toEqual([5, 1]);
  });
});

describe("a thread without birth", () => {
  it("is told of once, as of exec sessions", () => {
    const box = new Simulation();
    box.start();
    box.openat(thread(7, 7, { processName: "ls" }), "/", 3);
    box.openat(thread(7, 7, { processName: "ls" }), "/", 4);
    expect(box.gaps).toMatchObject([
      { tid: 7, args: { kind: "thread_without_birth" }, thread: { name: "ls" }, processName: "ls" },
    ]);
  });

  it("is none that was evicted before", () => {
    const box = new Simulation({ maxThreads: 1 });
    box.start();
    box.clone(first, 2);
    box.openat(first, "/", 3);
    expect(box.gaps.map(({ args }) => args.kind)).not.toContain("thread_without_birth");
  });
});

describe("a change of name", () => {
  it("without an exec is told of, with both names", () => {
    const box = new Simulation();
    box.start();
    box.openat(first, "/a", 3);
    box.openat(thread(1, 1, { processName: "evil" }), "/b", 4);
    expect(box.gaps).toMatchObject([
      { args: { kind: "name_change", before: "sh", after: "evil" }, thread: { name: "evil" } },
    ]);
  });

  it("by an exec is none, whether both of its messages came or one", () => {
    for (const without of ["SENTRY_EXEC", "SYSCALL_EXECVE", undefined]) {
      const box = new Simulation();
      box.start();
      const fields = { sysno: sysno.execve, pathname: "/bin/awk", argv: ["awk"] };
      if (without !== "SYSCALL_EXECVE") box.send("SYSCALL_EXECVE", first, fields);
      // Where only the Sentry tells, it is the file behind the link, and not the name.
      if (without !== "SENTRY_EXEC") box.send("SENTRY_EXEC", first, { binaryPath: "/bin/mawk" });
      if (without !== "SYSCALL_EXECVE") box.send("SYSCALL_EXECVE", first, { ...fields, exit: returned() });
      expect(box.openat(thread(1, 1, { processName: "awk" }), "/b", 4).thread?.name).toBe("awk");
      expect(box.gaps, `without ${without}`).toEqual([]);
    }
  });

  it("of a thread that is not the main one is what programs do all the time", () => {
    const box = new Simulation();
    box.start();
    box.clone(first, 2, 1, 0x10f00n);
    box.openat(thread(2, 1), "/a", 3);
    box.openat(thread(2, 1, { processName: "worker" }), "/b", 4);
    expect(box.gaps).toEqual([]);
  });
});

describe("an unreadable name", () => {
  const umlauts = `/tmp/${"ä".repeat(8)}`;
  const fields = { sysno: sysno.execve, pathname: umlauts, argv: [umlauts] };

  it("is told of at the exec that gives it, the last that is heard of the process", () => {
    const box = new Simulation();
    box.start();
    box.call("SYSCALL_EXECVE", first, fields, returned());
    expect(box.gaps).toMatchObject([{ tid: 1, args: { kind: "unreadable_name", path: umlauts } }]);
  });

  it.each([
    ["the exec failed", first, fields, failed(2)],
    ["the session collects no names", thread(1, 1, { processName: "" }), fields, returned()],
    ["it ends with a character", first, { ...fields, pathname: `/tmp/x${"ä".repeat(8)}` }, returned()],
  ])("is none where %s", (_, context, exec, exit) => {
    const box = new Simulation();
    box.start();
    box.call("SYSCALL_EXECVE", context, exec, exit);
    expect(box.gaps).toEqual([]);
  });
});

describe("a call", () => {
  it("that returns without having begun is told of where others begin", () => {
    const box = new Simulation();
    box.start();
    box.call("SYSCALL_READ", first, read, returned());
    box.send("SYSCALL_READ", first, { ...read, exit: returned() });
    expect(box.gaps.map(({ args }) => args)).toEqual([{ kind: "exit_without_enter", call: "read" }]);
  });

  it("that begins and does not return is told of at the thread's next call, or at its end", () => {
    const box = new Simulation();
    box.start();
    const exec = { sysno: sysno.execve, pathname: "/bin/evil" };
    box.call("SYSCALL_EXECVE", first, exec, failed(2));
    box.send("SYSCALL_EXECVE", first, exec);
    box.call("SYSCALL_READ", first, read, returned());
    box.send("SYSCALL_READ", first, read);
    box.exit(first);
    expect(box.gaps.map(({ args }) => args)).toEqual([
      { kind: "enter_without_exit", call: "execve", path: "/bin/evil" },
      { kind: "enter_without_exit", call: "read", path: undefined },
    ]);
  });

  it.each(["enter", "exit"] as const)("of which the session asks for the %s alone is whole", (only) => {
    const box = new Simulation();
    box.start();
    for (let i = 0; i < 3; i++) {
      box.send("SYSCALL_READ", first, only === "enter" ? read : { ...read, exit: returned() });
      box.send("SYSCALL_CLOSE", first, { sysno: 3n, fd: 5n, ...(only === "exit" && { exit: {} }) });
    }
    box.exit(first);
    expect(box.gaps).toEqual([]);
  });

  it("of exec is missed from the first on, where the session asks for what other calls come to", () => {
    const exec = { sysno: sysno.execve, pathname: "/bin/evil" };
    const kinds = (prepare: (box: Simulation) => void): readonly string[] => {
      const box = new Simulation();
      box.start();
      prepare(box);
      box.send("SYSCALL_EXECVE", first, exec);
      box.call("SYSCALL_READ", first, read, returned());
      return box.gaps.map(({ args }) => args.kind);
    };
    expect(kinds((box) => box.call("SYSCALL_READ", first, read, returned()))).toEqual(["enter_without_exit"]);
    expect(
      kinds(() => {}),
      "which is not known yet",
    ).toEqual([]);
    const told = (box: Simulation): void => {
      box.call("SYSCALL_READ", first, read, returned());
      box.send("SENTRY_EXEC", first, { binaryPath: "/bin/sh" });
    };
    expect(kinds(told), "the Sentry's word may be all it asks for").toEqual([]);
  });

  it("of exec is missed where a raw message alone tells of it, and others have decoded ones", () => {
    const exec = { sysno: sysno.execve, pathname: "/bin/x", argv: ["x"] };
    const raw = { sysno: sysno.execve };
    const nameless = thread(1, 1, { processName: "" });
    const send = (box: Simulation, decoded: readonly ("enter" | "word" | "exit")[]): void => {
      box.send("SYSCALL_RAW", nameless, raw);
      if (decoded.includes("enter")) box.send("SYSCALL_EXECVE", nameless, exec);
      if (decoded.includes("word")) box.send("SENTRY_EXEC", nameless, { binaryPath: "/bin/x", argv: ["x"] });
      box.send("SYSCALL_RAW", nameless, { ...raw, exit: returned() });
      if (decoded.includes("exit")) box.send("SYSCALL_EXECVE", nameless, { ...exec, exit: returned() });
    };
    for (const decoded of [
      ["enter", "exit"],
      ["word"],
      ["word", "exit"],
      ["enter", "word", "exit"],
    ] as const) {
      const box = new Simulation();
      box.start();
      send(box, decoded);
      send(box, decoded);
      expect(box.process(nameless), `${decoded}`).toMatchObject({ exe: "x" });
      send(box, []);
      expect(box.process(nameless), "what it runs now is not known").toMatchObject({ exe: undefined });
      expect(box.gaps.map(({ args }) => args)).toEqual([{ kind: "exit_without_enter", call: "execve" }]);
    }
    const box = new Simulation();
    box.start();
    send(box, ["exit"]); // which may yet come
    send(box, ["exit"]);
    expect(box.process(nameless)).toMatchObject({ exe: "x" });
    expect(box.gaps).toEqual([]);
  });

  it("that was under way when the session began is no loss", () => {
    const box = new Simulation();
    box.start();
    box.call("SYSCALL_READ", first, read, returned());
    box.send("SYSCALL_READ", thread(9), { ...read, exit: returned() });
    expect(box.gaps.map(({ args }) => args.kind)).toEqual(["thread_without_birth"]);
  });

  it("may be told of twice, decoded and raw", () => {
    const box = new Simulation();
    box.start();
    const raw = { sysno: 0n };
    for (let i = 0; i < 2; i++) {
      box.send("SYSCALL_RAW", first, raw);
      box.call("SYSCALL_READ", first, read, returned());
      box.send("SYSCALL_RAW", first, { ...raw, exit: returned() });
    }
    expect(box.gaps).toEqual([]);
    box.send("SYSCALL_RAW", first, { ...raw, exit: returned() });
    expect(box.gaps.map(({ args }) => args)).toEqual([{ kind: "exit_without_enter", call: "read" }]);
  });

  it("of another thread than the main one that does not return is told with its program", () => {
    const box = new Simulation();
    box.start();
    box.call("SYSCALL_EXECVE", first, { sysno: sysno.execve, pathname: "/bin/none" }, failed(2));
    box.clone(first, 2, 1, 0x10f00n);
    box.send("SYSCALL_EXECVE", thread(2, 1), { sysno: sysno.execve, pathname: "/bin/evil" });
    box.send("SENTRY_EXEC", thread(2, 1), { binaryPath: "/bin/evil", argv: ["evil"] });
    box.exit(first);
    box.call("SYSCALL_READ", thread(1, 1, { processName: "evil" }), read, returned());
    expect(box.gaps.map(({ args }) => args)).toEqual([
      { kind: "enter_without_exit", call: "execve", path: "/bin/evil" },
    ]);
  });

  it("that makes another thread the main one returns under its old number", () => {
    const box = new Simulation();
    box.start();
    box.clone(first, 2, 1, 0x10f00n);
    box.exec(thread(2, 1), "/bin/sh", ["sh"]);
    box.exit(first);
    box.openat(first, "/a", 3);
    expect(box.gaps).toEqual([]);
  });
});

it("tells of a thread's clock that runs backwards, and of no other's", () => {
  const box = new Simulation();
  box.start();
  box.clone(first, 2);
  const at = (tid: number, timeNs: bigint): void => {
    box.call("SYSCALL_READ", thread(tid, tid, { timeNs }), read, returned());
  };
  at(1, 1_700_000_000_000_000_000n);
  at(2, 1_600_000_000_000_000_000n);
  at(1, 1_700_000_000_000_000_000n);
  expect(box.gaps).toEqual([]);
  at(1, 1_699_999_999_000_000_000n);
  expect(box.gaps.map(({ args }) => args)).toEqual([{ kind: "time_reversal", byNs: 1_000_000_000 }]);
});

it("tells of evictions the first time, and when they have doubled", () => {
  const box = new Simulation({ maxDescriptors: 1 });
  box.start();
  for (let fd = 3; fd < 13; fd++) box.openat(first, "/a", fd);
  expect(box.gaps.map(({ args }) => args)).toEqual(
    [1, 2, 4, 8].map((evictedDescriptors) => {
      return { kind: "eviction", evictedThreads: 0, evictedDescriptors, forgotten: 0 };
    }),
  );
});

it("tells of what a Sentry sends that cannot be read, without state", () => {
  const tracker = createTracker();
  const sandbox: TracedSandbox = { id: "box", arch: "x64" };
  const kinds: string[] = [];
  for (const frame of [Uint8Array.of(1, 2, 3), Uint8Array.of(8, 0, 0xe7, 3, 4, 0, 0, 0)]) {
    normalize(decodeFrame(sandbox, frame), (event) => {
      tracker.apply(event, ({ type, args, thread }) => {
        kinds.push("kind" in args ? `${type} ${args.kind} ${thread}` : type);
      });
    });
  }
  expect(kinds).toEqual([
    "gap malformed_frame undefined",
    "gap drop undefined",
    "gap unknown_message undefined",
  ]);
});

describe("a sandbox that is gone", () => {
  it("is told of as lost where threads had not ended, and keeps nothing but its figures", () => {
    const box = new Simulation();
    box.start();
    box.clone(first, 2);
    box.clone(thread(2), 3, 2, 0x10f00n);
    box.end();
    expect(box.gaps.map(({ args }) => args)).toEqual([{ kind: "sandbox_lost", threads: 3, processes: 2 }]);
    expect(box.stats()).toMatchObject({ threads: 3, processes: 2 });
    expect(box.process(first), "as of a sandbox never heard of").toMatchObject({ exe: undefined });
  });

  it("is none that can be told where the session does not say whose ends it tells of", () => {
    const box = new Simulation();
    box.start({});
    box.send("SENTRY_TASK_EXIT", {});
    box.end();
    expect(box.gaps).toEqual([]);
    const killed = new Simulation();
    killed.start({});
    killed.end();
    expect(killed.gaps.map(({ args }) => args.kind)).toEqual(["sandbox_lost"]);
  });

  it("is no loss where all had ended", () => {
    const box = new Simulation();
    box.start();
    box.exit(first);
    expect(box.end()).toMatchObject({ type: "sandbox_end", thread: undefined, containerId: undefined });
    expect(box.gaps).toEqual([]);
  });
});

/** What real recordings lack, each for the reason it was made for. All others lack nothing. */
const lacking: readonly (readonly [name: RegExp, gaps: readonly string[]])[] = [
  [/^attach\w*\.\d+(\.c3)?$/, ["thread_without_birth", "thread_without_birth", "sandbox_lost"]], // ended before the container
  [/^exec_session/, Array(3).fill("thread_without_birth")],
  [/^exec_tty|^pod/, ["thread_without_birth"]],
  [/^rawall/, ["thread_without_birth", "sandbox_lost"]], // a session of raw calls alone
  [/^sandbox_killed/, ["sandbox_lost"]],
  [/^drops_burst/, ["drop", "thread_without_birth", "sandbox_lost"]],
  [/^oversize_argv/, ["drop", "name_change"]],
  [/^chroot/, ["name_change"]], // busybox names itself after the applet
  [
    /^nonutf8/,
    [
      "exit_without_enter close",
      "exit_without_enter close",
      "name_change",
      "name_change",
      "exit_without_enter close",
      "thread_without_birth", // of two that never left a directory of such a name, the end is all
      "thread_without_birth",
      "exit_without_enter chdir",
      "name_change",
      "sandbox_lost",
    ],
  ],
  [/^unreadable\./, ["name_change", "name_change", "unreadable_name", "sandbox_lost"]],
  [/^unreadable_falco/, ["enter_without_exit execve"]],
  [/^hidden/, ["exit_without_enter execve"]],
];

function gapsOf(recording: Recording): string[] {
  const sandbox: TracedSandbox = { id: recording.name, arch: "x64" };
  const tracker = createTracker();
  const gaps: string[] = [];
  const items = recording.packets().map((packet): StreamItem => decodeFrame(sandbox, packet));
  for (const item of [...items, new SandboxEnd(sandbox)]) {
    normalize(item, (event) => {
      tracker.apply(event, ({ type, args }) => {
        if (type === "gap") gaps.push("call" in args ? `${args.kind} ${args.call}` : args.kind);
      });
    });
  }
  return gaps;
}

const all = new Map([...fixtures, ...corpus()].map((recording) => [recording.name, recording]));
const isLossy = (name: string): boolean => name.startsWith("drops_slow");

it.each([...all.values()].filter(({ name }) => !isLossy(name)))("finds what $name lacks", (recording) => {
  const expected = lacking.find(([name]) => name.test(recording.name))?.[1] ?? [];
  expect(gapsOf(recording)).toEqual(expected);
});

it.each([...all.values()].filter(({ name }) => isLossy(name)))("finds hundreds in $name", (recording) => {
  const gaps = gapsOf(recording);
  for (const kind of ["drop", "enter_without_exit read", "exit_without_enter write"]) {
    expect(gaps.filter((each) => each === kind).length).toBeGreaterThan(10);
  }
});
