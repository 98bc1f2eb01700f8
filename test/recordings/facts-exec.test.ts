import { createFieldReader, type TrackedEvent } from "sentrytap";
import { describe, expect, it } from "vitest";
import { failed, first, returned, Simulation, sysno } from "../../packages/state/test/simulate.ts";
import { gapsOf, inThread, names, type Of, only, play, releases, returns, sole } from "./play.ts";

// What an exec says of the program: docs/what-the-stream-says.md has these numbers.

/** Execs that succeeded, at their return; not the one of a container's start. */
function execs(events: readonly TrackedEvent[]): Of<"execve" | "execveat">[] {
  return returns(events, "execve", "execveat").filter(
    ({ failed: isFailed, message }) => !isFailed && message.messageType === 11,
  );
}

describe("15: the messages of an exec", () => {
  it("come in order, all under the old name, and the next under the new", async () => {
    let count = 0;
    for (const name of names.filter((each) => !/minimal|falco/.test(each))) {
      const events = await play(name);
      for (const exec of execs(events)) {
        const own = inThread(events, exec.tid ?? 0).filter(
          ({ type }) => type !== "gap" && type !== "syscall",
        );
        const at = own.indexOf(exec);
        const [enter, word] = own.slice(at - 2, at);
        expect([enter?.type, enter?.direction, word?.type], name).toEqual([
          exec.type,
          "enter",
          "sentry_exec",
        ]);
        expect([enter?.processName, word?.processName]).toEqual([exec.processName, exec.processName]);
        expect(exec.thread?.process.exepath).toBe(word?.thread?.process.exepath);
        const next = own[at + 1];
        if (next !== undefined && next.tid === exec.tid)
          expect(next.processName, name).toBe(exec.thread?.name);
        count++;
      }
    }
    expect(count).toBeGreaterThan(90);
  });

  it.each(releases)(
    "lack the Sentry's word where the exec fails, which changes nothing (%s)",
    async (release) => {
      const events = await play(`execve_failures.${release}`);
      expect(only(events, "sentry_exec")).toEqual([]);
      const failures = returns(inThread(events, 1), "execve").slice(1);
      expect(failures.map(({ errno }) => errno)).toEqual([2, 13, 13, 8, 20, 2, 2, 36, 2, 2, 2]);
      for (const { thread, failed: isFailed } of failures) {
        expect(isFailed).toBe(true);
        expect(thread).toMatchObject({ name: "python3", process: { args: ["-ISB", "/opt/w/execfail.py"] } });
      }
      expect(gapsOf(events)).toEqual([]);
    },
  );
});

describe("16: paths, links and scripts", () => {
  it.each(releases)(
    "have the program's file, its links resolved, under the name that was passed (%s)",
    async (release) => {
      const [python] = execs(await play(`shebang.${release}`)).filter(({ args }) => args.exe === "python3");
      expect(python).toMatchObject({
        args: { filename: "/usr/bin/python3" },
        thread: {
          name: "python3",
          process: { exepath: "/usr/bin/python3.11", args: ["/opt/w/hello.py", "x"] },
        },
      });
    },
  );

  it.each(releases)("have the script, not its interpreter (%s)", async (release) => {
    const scripts = execs(await play(`shebang.${release}`)).filter(({ args }) =>
      args.filename.endsWith(".sh"),
    );
    expect(scripts.map(({ args, thread }) => [args.filename, thread?.process.exepath, thread?.name])).toEqual(
      [
        ["/opt/w/hello.sh", "/opt/w/hello.sh", "hello.sh"],
        ["./hello.sh", "/opt/w/hello.sh", "hello.sh"],
      ],
    );
    const reader = createFieldReader(["proc.exepath", "proc.name", "proc.args"]);
    expect(scripts.map((event) => reader.read(event))).toEqual([
      ["/opt/w/hello.sh", "hello.sh", "one two words"],
      ["/opt/w/hello.sh", "hello.sh", ""],
    ]);
  });

  it("are made absolute where the Sentry's word is not asked for", async () => {
    const [touch] = execs(await play("touch_bin_falco.2024"));
    expect(touch?.thread?.process.exepath).toBe("/usr/bin/touch");
    const box = new Simulation();
    box.start();
    const fields = { sysno: sysno.execve, pathname: "../bin/./x", argv: ["x"] };
    const context = { ...first, cwd: "/opt/w" };
    box.call("SYSCALL_EXECVE", context, fields, failed(2));
    expect(box.call("SYSCALL_EXECVE", context, fields, returned()).thread?.process.exepath).toBe(
      "/opt/bin/x",
    );
  });
});

describe("17: programs without a file", () => {
  it.each(releases)("say so, run by their descriptor or by way of /proc (%s)", async (release) => {
    const events = await play(`memfd_exec.${release}`);
    expect(
      execs(events).map(({ type, args, thread }) => [type, args.filename, args.dirfd, thread?.name]),
    ).toEqual([
      ["execveat", "", 3, "memfd:payload ("],
      ["execve", "/proc/self/fd/3", undefined, "3"],
      ["execveat", "", 4, "memfd:cloexec-p"],
    ]);
    for (const { thread } of execs(events)) {
      expect(thread?.process).toMatchObject({
        exeFromMemfd: true,
        exepath: expect.stringMatching(/^\/memfd:.* \(deleted\)$/),
      });
    }
    expect(execs(events)[0]?.args).toMatchObject({ dirfdPath: "/memfd:payload (deleted)", flags: 0x1000 });
    const reader = createFieldReader(["proc.is_exe_from_memfd"]);
    const said = execs(events).map((event) => reader.read(event));
    expect(said).toEqual([[true], [true], [true]]);
    expect(events[0]?.thread?.process.exeFromMemfd, "and no other").toBe(false);
  });
});

describe("18: names have fifteen bytes", () => {
  it("in every recording, derived ones too", async () => {
    let longest = 0;
    for (const name of names) {
      for (const { processName = "", thread } of await play(name)) {
        longest = Math.max(longest, Buffer.byteLength(processName));
        // One that was cut within a character ends in what stands for its rest.
        expect(Buffer.byteLength(thread?.name?.replace(/\ufffd$/, "") ?? "")).toBeLessThanOrEqual(15);
      }
    }
    expect(longest).toBe(15);
  });

  it("and what is cut from a path is what the stream says next", () => {
    const box = new Simulation();
    box.start();
    box.exec(first, "/opt/a-program-of-a-long-name", ["x"]);
    const renamed = { ...first, processName: "a-program-of-a-" };
    expect(box.openat(renamed, "/x", 3).thread?.name).toBe("a-program-of-a-");
    expect(box.gaps).toEqual([]);
  });
});

describe("19: what the Sentry says of a program", () => {
  it("is path, arguments, environment, mode and owner, and no more in these releases", async () => {
    let count = 0;
    for (const name of names.filter((each) => !each.includes("minimal"))) {
      for (const { args } of only(await play(name), "sentry_exec")) {
        const { binaryPath, args: argv, env, binary, fromMemfd, ...others } = args;
        expect(binaryPath).toMatch(/^\//);
        expect(argv.length).toBeGreaterThan(0);
        expect(env).toBeInstanceOf(Array);
        expect(binary).toMatchObject({
          mode: expect.any(Number),
          uid: expect.any(Number),
          gid: expect.any(Number),
        });
        expect((binary?.mode ?? 0) & 0o170000, "a regular file").toBe(0o100000);
        expect(fromMemfd).toBeUndefined();
        expect(new Set(Object.values(others)), Object.keys(others).join()).toEqual(new Set([undefined]));
        count++;
      }
    }
    expect(count).toBeGreaterThan(90);
  });
});

describe("20: programs that would change their user", () => {
  it.each(releases)("show their bit, and run as who called them (%s)", async (release) => {
    const events = await play(`setuid_exec.${release}`);
    const { args } = sole(only(events, "sentry_exec"));
    expect([args.binary?.mode, args.binary?.uid]).toEqual([0o104755, 0]);
    const after = returns(events, "write").at(-1);
    expect(after).toMatchObject({
      processName: "setuid",
      credentials: { realUid: 1000, effectiveUid: 1000, savedUid: 1000 },
      thread: { credentials: { effectiveUid: 1000 } },
    });
  });
});
