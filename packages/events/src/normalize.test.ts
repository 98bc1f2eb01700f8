import { type Architecture, decodeFrame, encodeFrame, type TracedSandbox } from "@sentrytap/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { everyType } from "../test/every-type.ts";
import { box, eventOf, eventsOf, returned } from "../test/message.ts";
import type { Event } from "./event.ts";
import { normalize } from "./normalize.ts";
import { syscallName } from "./syscall-names.ts";

const arm: TracedSandbox = { id: "arm", arch: "arm64" };
const context = {
  timeNs: 1_700_000_000_123_456_789n,
  threadId: 7,
  threadGroupId: 5,
  containerId: "c1",
  cwd: "/home",
  processName: "sh",
  credentials: { realUid: 1000, effectiveGid: 4_294_967_295 },
};

describe("normalize", () => {
  it("takes what every event has from the context", () => {
    const event = eventOf("SYSCALL_READ", { contextData: context });
    expect(event).toMatchObject({
      timeNs: 1_700_000_000_123_456_789n,
      tid: 7,
      pid: 5,
      containerId: "c1",
      cwd: "/home",
      processName: "sh",
      sandbox: box,
    });
    expect(event.credentials).toMatchObject({ realUid: 1000, effectiveUid: 0, effectiveGid: 4_294_967_295 });
    expect(event.context?.threadId).toBe(7);
  });

  it("has undefined for what the session did not collect", () => {
    for (const fields of [{}, { contextData: {} }]) {
      expect(eventOf("SYSCALL_READ", fields)).toMatchObject({
        timeNs: undefined,
        tid: undefined,
        pid: undefined,
        containerId: undefined,
        cwd: undefined,
        processName: undefined,
        credentials: undefined,
      });
    }
  });

  it("has the credentials of root, which are an empty message", () => {
    expect(eventOf("SYSCALL_READ", { contextData: { credentials: {} } }).credentials?.realUid).toBe(0);
  });

  it("has the Sentry's name for the descriptor that a call takes, where there is one", () => {
    expect(eventOf("SYSCALL_READ", { fdPath: "/etc/hosts" }).fdPath).toBe("/etc/hosts");
    expect(eventOf("SYSCALL_DUP", { oldFd: 3, fdPath: "pipe:[1]" }).fdPath).toBe("pipe:[1]");
    expect(eventOf("SYSCALL_READ").fdPath).toBeUndefined();
    expect(eventOf("SYSCALL_FORK").fdPath).toBeUndefined();
    expect(eventOf("SENTRY_MMAP").fdPath).toBeUndefined();
  });

  it("tells enter from exit by whether there is an exit, be it empty", () => {
    expect(eventOf("SYSCALL_CLOSE", { fd: 3n })).toMatchObject({
      direction: "enter",
      result: undefined,
      errno: undefined,
      failed: false,
    });
    expect(eventOf("SYSCALL_CLOSE", { fd: 3n, exit: {} })).toMatchObject({
      direction: "exit",
      result: 0,
      errno: undefined,
      failed: false,
    });
  });

  it("has what is no call happen once, as exit, without result", () => {
    for (const name of ["SENTRY_CLONE", "SENTRY_EXEC", "SENTRY_TASK_EXIT", "SENTRY_MMAP"] as const) {
      expect(eventOf(name)).toMatchObject({ direction: "exit", result: undefined, failed: false });
    }
  });

  it.each([
    ["an errno", { errorno: 2n }, -2, 2],
    ["an errno beside a result", { errorno: 13n, result: 3n }, -13, 13],
    ["a restart, which leaks out of the kernel", { errorno: 512n }, -512, 512],
    ["a negated errno", { errorno: -9n }, -9, 9],
    ["an errno in the place of the result", { result: -11n }, -11, 11],
  ])("never lets a failure look like a success: %s", (_, exit, result, errno) => {
    expect(eventOf("SYSCALL_OPEN", { exit })).toMatchObject({ result, errno, failed: true });
  });

  it("takes a large result for what it is", () => {
    const event = eventOf("SYSCALL_RAW", { exit: returned(0x7f00_0000_1000) });
    expect(event).toMatchObject({ result: 0x7f00_0000_1000, failed: false });
  });
});

const calls = Object.entries(everyType).filter(([, { numbers }]) => numbers.x64 !== undefined);
const numbered = calls.flatMap(([type, { message, numbers }]) =>
  Object.entries(numbers).map(([arch, number]) => ({ type, message, number, arch: arch as Architecture })),
);

describe("the calls of one schema", () => {
  it.each(numbered)("$message is $type by its number $number on $arch", ({ type, message, number, arch }) => {
    expect(eventOf(message, { sysno: BigInt(number) }, { id: arch, arch }).type).toBe(type);
    expect(syscallName(arch, number)).toBe(type);
  });

  it("are never one of another schema, whatever the number", () => {
    const schemas = [...new Set(calls.map(([, { message }]) => message))];
    fc.assert(
      fc.property(
        fc.constantFrom(...schemas),
        fc.bigInt(0n, 500n),
        fc.constantFrom(box, arm),
        (message, sysno, sandbox) => {
          const event = eventOf(message, { sysno }, sandbox);
          expect(calls.filter(([, call]) => call.message === message).map(([type]) => type)).toContain(
            event.type,
          );
          expect(event.args).toBeTypeOf("object");
        },
      ),
    );
  });
});

describe("a container's start", () => {
  const start = {
    contextData: context,
    id: "c9",
    args: ["sh", "-c", "id"],
    env: ["A=b"],
    cwd: "/w",
    terminal: true,
  };

  it("is followed by the clone and execve that nobody called", () => {
    const events = eventsOf("CONTAINER_START", start);
    expect(events.map(({ type, direction, tid, pid }) => [type, direction, tid, pid])).toEqual([
      ["container_start", "exit", 7, 5],
      ["clone", "exit", 7, 5],
      ["execve", "exit", 7, 5],
    ]);
    expect(events[0]?.args).toEqual({
      id: "c9",
      args: ["sh", "-c", "id"],
      env: ["A=b"],
      cwd: "/w",
      terminal: true,
    });
    expect(events[1]?.args).toEqual({ res: 0, flags: 0, vtid: 7, vpid: 5 });
    expect(events[2]?.args).toMatchObject({
      res: 0,
      exe: "sh",
      args: ["-c", "id"],
      filename: "sh",
      env: ["A=b"],
    });
  });

  it("may have no arguments", () => {
    const execve = eventsOf("CONTAINER_START")[2];
    expect(execve?.args).toMatchObject({ exe: undefined, args: [], filename: "" });
  });
});

describe("a thread told by the Sentry", () => {
  it("is a clone that happens in the child", () => {
    const event = eventOf("SENTRY_CLONE", {
      contextData: context,
      createdThreadId: 9,
      createdThreadGroupId: 8,
      flags: 17n,
    });
    expect(event).toMatchObject({
      type: "clone",
      tid: 9,
      pid: 8,
      args: { res: 0, vtid: 9, vpid: 8, flags: 17 },
    });
    expect(event.context?.threadId, "the one who made it").toBe(7);
  });
});

it("tells of a message of unknown type, and of what is malformed, as of a gap", () => {
  const made: Event[] = [];
  normalize(decodeFrame(box, encodeFrame(999, Uint8Array.of(1))), (event) => made.push(event));
  normalize(decodeFrame(box, Uint8Array.of(1, 2, 3)), (event) => made.push(event));
  expect(made).toMatchObject([
    {
      type: "gap",
      direction: "exit",
      sandbox: box,
      args: { kind: "unknown_message", messageType: 999, size: 1 },
    },
    {
      type: "gap",
      tid: undefined,
      args: { kind: "malformed_frame", reason: "the frame is shorter than its header of 8 bytes", size: 3 },
    },
  ]);
  for (const { timeNs, context, result, failed } of made) {
    expect([timeNs, context, result, failed]).toEqual([undefined, undefined, undefined, false]);
  }
});

const getters = [
  "category",
  "args",
  "fdPath",
  "context",
  "timeNs",
  "containerId",
  "processName",
  "cwd",
  "credentials",
  "result",
  "errno",
  "failed",
  "direction",
  "tid",
  "pid",
  "sandbox",
] as const;

/** Reads everything that an event has, as deep as it goes. */
function readAll(event: Event): void {
  for (const getter of getters) void event[getter];
  JSON.stringify(event.args, (_key, value) => (typeof value === "bigint" ? String(value) : value));
}

describe("hostile bytes", () => {
  it("never make a getter throw, nor give a call that failed a result of success", () => {
    const payload = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      // Fields of small numbers, so that more decodes.
      fc
        .array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.bigInt(0n, 2n ** 64n - 1n)), { maxLength: 12 })
        .map((fields) => Uint8Array.from(fields.flatMap(([no, value]) => [no << 3, ...varint(value)]))),
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), payload, (type, bytes) => {
        const decoded = decodeFrame(box, encodeFrame(type, bytes));
        if (decoded.messageType === -1) return;
        normalize(decoded, (event) => {
          readAll(event);
          if (event.failed) expect(event.result).toBeLessThan(0);
        });
      }),
      { numRuns: 3000 },
    );
  });
});

function varint(value: bigint): number[] {
  const bytes: number[] = [];
  let left = value;
  for (; left > 0x7fn; left >>= 7n) bytes.push(Number(left & 0x7fn) | 0x80);
  bytes.push(Number(left));
  return bytes;
}
