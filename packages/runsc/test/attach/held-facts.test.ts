import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { parseProcfs } from "@sentrytap/state";
import { expect, it } from "vitest";
import { type Fields, type MessageName, message } from "../../../events/test/message.ts";
import { HeldFacts } from "../../src/attach/held-facts.ts";

/** A dump of processes by their arguments. */
function dump(processes: Readonly<Record<number, string>>): ReturnType<typeof parseProcfs> {
  return parseProcfs(
    Object.entries(processes)
      .map(([pid, args]) =>
        JSON.stringify({
          status: { pid: Number(pid), ppid: 1, comm: "p" },
          exe: "/bin/p",
          cwd: "/",
          args: args.split(" "),
          env: ["A=1"],
        }),
      )
      .join("\n"),
  );
}

function facts(...messages: readonly (readonly [MessageName, Fields])[]): HeldFacts {
  const held = new HeldFacts();
  for (const [name, fields] of messages) held.note(message(name, fields));
  return held;
}

const begun = { exit: { result: 0n } };

it("leaves out who was born since, and not those who got a thread", () => {
  const held = facts(
    ["SENTRY_CLONE", { createdThreadId: 3, createdThreadGroupId: 3 }],
    ["SENTRY_CLONE", { createdThreadId: 9, createdThreadGroupId: 4 }],
  );
  const { processes } = held.atBegin(dump({ 1: "a", 3: "b", 4: "c", 9: "d" }), []);
  expect(processes.map(({ pid }) => pid)).toEqual([1, 4, 9]);
});

it("leaves out programs whose exec was told since: before it another ran", () => {
  const contextData = { threadId: 5, threadGroupId: 3 };
  for (const exec of [
    ["SENTRY_EXEC", { contextData, argv: ["cat", "x"] }],
    ["SYSCALL_EXECVE", { contextData, argv: ["cat", "x"], ...begun }],
    ["SYSCALL_EXECVE", { contextData: { threadId: 3 }, argv: ["cat", "x"], ...begun }],
  ] as const) {
    const [first, second] = facts(exec).atBegin(dump({ 3: "cat x", 4: "cat x" }), []).processes;
    expect(first).toMatchObject({ pid: 3, parentPid: 1, cwd: "/", name: undefined, exepath: undefined });
    expect([first?.args, first?.env]).toEqual([undefined, undefined]);
    expect(second).toMatchObject({ pid: 4, exepath: "/bin/p", name: "p" });
  }
});

it("believes the dump where the exec came after it, or failed, or only began", () => {
  const contextData = { threadId: 3, threadGroupId: 3 };
  const held = facts(
    ["SENTRY_EXEC", { contextData, argv: ["cat", "y"] }],
    ["SYSCALL_EXECVE", { contextData, argv: ["cat", "x"], exit: { errorno: 2n } }],
    ["SYSCALL_EXECVE", { contextData, argv: ["cat", "x"] }],
  );
  expect(held.atBegin(dump({ 3: "cat x" }), []).processes).toMatchObject([{ pid: 3, args: ["cat", "x"] }]);
});

it("adds who was there before the session, was heard of, and had ended when the dump was made", () => {
  const listed = [2, 3, 4, 5, 6].map((pid) => ({ pid, parentPid: 1 }));
  const held = facts(
    ["SYSCALL_CHDIR", { contextData: { threadId: 3, threadGroupId: 3 } }], // and has ended since
    ["SYSCALL_CHDIR", { contextData: { threadId: 4, threadGroupId: 4 } }],
    ["SYSCALL_CHDIR", { contextData: { threadId: 9, threadGroupId: 5 } }], // its main thread may have ended before
    ["SENTRY_CLONE", { createdThreadId: 6, createdThreadGroupId: 6, contextData: { threadId: 1 } }],
    ["SYSCALL_CHDIR", { contextData: { threadId: 6, threadGroupId: 6 } }], // another that has the id now
  );
  const { processes } = held.atBegin(dump({ 1: "a", 4: "b" }), listed);
  expect(processes.map(({ pid, parentPid, args }) => [pid, parentPid, args])).toEqual([
    [1, 1, ["a"]],
    [4, 1, ["b"]],
    [3, 1, undefined],
  ]);
});

it("keeps no more than a bounded number", () => {
  const held = new HeldFacts();
  for (let tid = 1; tid <= 20_000; tid++) {
    held.note(message("SENTRY_CLONE", { createdThreadId: tid, createdThreadGroupId: tid }));
  }
  expect(held.atBegin(dump({ 10000: "a", 10001: "b" }), []).processes.map(({ pid }) => pid)).toEqual([
    10_001,
  ]);
});

it("keeps little of programs, however long their arguments are", () => {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  collect();
  const before = process.memoryUsage().heapUsed;
  const held = new HeldFacts();
  for (let pid = 1; pid <= 2_000; pid++) {
    const contextData = { threadId: pid, threadGroupId: pid };
    held.note(message("SENTRY_EXEC", { contextData, argv: ["cat", `${pid}${"x".repeat(50_000)}`] }));
  }
  collect();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(20e6);
  expect(held.atBegin(dump({ 1: "cat y" }), []).processes).toMatchObject([{ args: ["cat", "y"] }]);
});
