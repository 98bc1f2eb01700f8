import fc from "fast-check";
import { expect, it } from "vitest";
import type { Fields, MessageName } from "../../events/test/message.ts";
import type { Process, ProcfsProcess, TrackedEvent } from "../src/index.ts";
import { type Context, Simulation } from "./simulate.ts";

// Sequences of messages that no kernel would make: whatever comes, bounds hold and nothing throws.

const limits = { maxThreads: 6, maxDescriptors: 5, maxEnded: 4, maxMemory: 6_000 };

const id = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 0, max: 9 }) },
  { weight: 1, arbitrary: fc.constantFrom(-1, 2 ** 31 - 1, -(2 ** 31)) },
);
const fd = fc.oneof(
  { weight: 20, arbitrary: fc.bigInt(-1n, 7n) },
  { weight: 1, arbitrary: fc.constantFrom(2n ** 40n, -(2n ** 62n)) },
);
const small = fc.integer({ min: -1, max: 7 });
const text = fc.constantFrom(
  "",
  "a",
  "/a/../b",
  "/etc/passwd",
  "..",
  "é".repeat(12),
  "x".repeat(900),
  "[err: x]",
);
const fdPath = fc.constantFrom(
  "",
  "/a",
  "/b",
  "/b (deleted)",
  "socket:[1]",
  "socket:[2]",
  "pipe:[1]",
  "/memfd:x (deleted)",
);
const exit = fc.option(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ result: fc.bigInt(-3n, 9n) }) },
    { weight: 1, arbitrary: fc.record({ errorno: fc.constantFrom(2n, 4n, 9n, 115n, -7n, 2n ** 62n) }) },
  ),
  { nil: undefined },
);
const address = fc
  .uint8Array({ maxLength: 30 })
  .map((bytes) => Uint8Array.from([(bytes[0] ?? 0) % 3, 0, ...bytes]));
const register = fc.oneof(
  { weight: 20, arbitrary: fc.bigInt(0n, 8n) },
  { weight: 2, arbitrary: fc.constantFrom(0x400n, 0xffff_ffffn, 2n ** 64n - 1n) },
);
const argv = fc.array(text, { maxLength: 4 });

const context: fc.Arbitrary<Context | undefined> = fc.option(
  fc.record(
    {
      threadId: id,
      threadGroupId: id,
      parentThreadGroupId: id,
      processName: text,
      cwd: text,
      containerId: text,
      isExecSession: fc.boolean(),
      credentials: fc.record({ realUid: fc.nat(2) }),
    },
    { requiredKeys: ["threadId"] },
  ),
  { nil: undefined, freq: 20 },
);

type Sent = readonly [name: MessageName, context: Context | undefined, fields: Fields];

function sent(
  name: MessageName,
  fields: Record<string, fc.Arbitrary<unknown>>,
  call = true,
): fc.Arbitrary<Sent> {
  const all = fc.record(call ? { ...fields, exit, fdPath } : fields);
  return fc.tuple(fc.constant(name), context, all).map(([type, from, values]) => {
    const set = Object.entries(values).filter(([, value]) => value !== undefined);
    return [type, from, Object.fromEntries(set)] as const;
  });
}

const oneOfSysno = (...numbers: bigint[]): fc.Arbitrary<bigint> => fc.constantFrom(...numbers, 59n);
const messages: fc.Arbitrary<Sent> = fc.oneof(
  sent("CONTAINER_START", { args: argv, env: argv, cwd: text, id: text }, false),
  sent(
    "SENTRY_CLONE",
    {
      createdThreadId: id,
      createdThreadGroupId: id,
      flags: fc.constantFrom(0n, 0x200n, 0x400n, 0x8000n, 0x10900n, 0x10d00n, 0x3000_0000n),
    },
    false,
  ),
  sent("SENTRY_CLONE", { createdThreadId: id, createdThreadGroupId: id, flags: fc.constant(0n) }, false),
  sent("SENTRY_EXEC", { binaryPath: text, argv, env: argv }, false),
  sent("SENTRY_TASK_EXIT", {}, false),
  sent("SENTRY_EXIT_NOTIFY_PARENT", {}, false),
  sent("SYSCALL_EXECVE", { sysno: oneOfSysno(59n, 322n), fd, pathname: text, argv, envv: argv }),
  sent("SYSCALL_OPEN", {
    sysno: oneOfSysno(2n, 257n, 85n),
    fd: fc.oneof(fd, fc.constant(-100n)),
    pathname: text,
    flags: fc.constantFrom(0, 0o2000000, 0o200000),
  }),
  sent("SYSCALL_CLOSE", { fd }),
  sent("SYSCALL_READ", { sysno: oneOfSysno(0n, 17n), fd }),
  sent("SYSCALL_CHDIR", { sysno: oneOfSysno(80n, 81n), fd, pathname: text }),
  sent("SYSCALL_DUP", { sysno: oneOfSysno(32n, 33n, 292n), oldFd: small, newFd: small }),
  sent("SYSCALL_FCNTL", { fd: small, cmd: fc.constantFrom(0, 1, 2, 1030), args: fc.bigInt(-1n, 7n) }),
  sent("SYSCALL_PIPE", { sysno: oneOfSysno(22n, 293n), reader: small, writer: small }),
  sent("SYSCALL_SOCKET", { domain: fc.constantFrom(1, 2, 10, 16, 99), type: fc.constantFrom(1, 2, 3) }),
  sent("SYSCALL_CONNECT", { fd, address }),
  sent("SYSCALL_BIND", { fd: small, address }),
  sent("SYSCALL_ACCEPT", { sysno: oneOfSysno(43n, 288n), fd: small, address }),
  sent("SYSCALL_CHROOT", { sysno: oneOfSysno(161n), pathname: text }),
  sent("SYSCALL_SETID", { sysno: oneOfSysno(105n, 106n, 112n), id: fc.nat(3) }),
  sent("SYSCALL_SETRESID", { sysno: oneOfSysno(117n, 119n), rid: fc.nat(3), eid: fc.nat(3) }),
  sent("SYSCALL_EVENTFD", { sysno: oneOfSysno(284n) }),
  sent("SYSCALL_RAW", {
    // Among them close, dup2, socket, fcntl, execve, fchdir, unshare, memfd_create, close_range.
    sysno: oneOfSysno(3n, 33n, 41n, 43n, 50n, 72n, 59n, 80n, 81n, 272n, 319n, 436n, 39n, 9999n),
    arg1: register,
    arg2: register,
    arg3: register,
  }),
  sent("SYSCALL_RAW", {
    // setuid, setpgid, setsid, setreuid, setresuid, pivot_root, chroot, setns
    sysno: oneOfSysno(105n, 109n, 112n, 113n, 117n, 155n, 161n, 308n),
    arg1: register,
    arg2: register,
    arg3: register,
  }),
  sent("SYSCALL_LISTEN", { fd: small, address, socketFamily: fc.constantFrom(0, 1, 2, 10) }),
);

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });
const told: fc.Arbitrary<ProcfsProcess> = fc.record({
  pid: fc.integer({ min: 1, max: 9 }),
  parentPid: maybe(fc.nat(9)),
  pgid: maybe(fc.nat(9)),
  sid: maybe(fc.nat(9)),
  name: maybe(text),
  exepath: maybe(text),
  args: maybe(argv),
  env: maybe(argv),
  cwd: maybe(text),
  root: maybe(text),
  startTimeNs: maybe(fc.bigInt(1n, 3n)),
  credentials: fc.constant(undefined),
  descriptors: maybe(fc.array(fc.record({ number: fc.nat(9), path: fdPath, mode: fc.nat(0o177777) }))),
});

type Step = Sent | readonly ProcfsProcess[];
const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 30, arbitrary: messages },
  { weight: 1, arbitrary: fc.array(told, { maxLength: 8 }) },
);

const isSent = (step: Step): step is Sent => typeof step[0] === "string";

function checkProcess(process: Process): void {
  const seen = new Set<Process>();
  for (let each: Process | undefined = process; each !== undefined; each = each.parent) {
    expect(seen.has(each)).toBe(false);
    seen.add(each);
  }
  expect(seen.size).toBeLessThanOrEqual(limits.maxThreads + limits.maxEnded + 1);
  if (process.parent !== undefined) expect(process.parent.pid).toBe(process.parentPid);
  for (const count of [process.threadCount, process.childCount]) {
    expect(count).toBeGreaterThanOrEqual(0);
    expect(count).toBeLessThanOrEqual(limits.maxThreads);
  }
  if (process.currentParent !== undefined) expect(process.currentParent).not.toBe(process);
  expect(process.sessionLeader === undefined || process.sessionLeader.sid === process.sid).toBe(true);
  expect(process.groupLeader === undefined || process.groupLeader.pgid === process.pgid).toBe(true);
}

function check(box: Simulation, event: TrackedEvent): void {
  const { thread } = event;
  if (thread !== undefined) {
    expect(thread.process.pid).toBe(thread.pid);
    expect(thread.name?.length ?? 0).toBeLessThanOrEqual(15);
    checkProcess(thread.process);
  }
  if (event.fd !== undefined) expect(event.fdNumber).toBeTypeOf("number");
  if (event.failed) expect(event.result).toBeLessThan(0);
  const stats = box.stats();
  expect(stats.threads).toBeLessThanOrEqual(limits.maxThreads);
  expect(stats.processes, "no process without a thread").toBeLessThanOrEqual(stats.threads);
  expect(stats.ended).toBeLessThanOrEqual(limits.maxEnded);
  expect(stats.memory).toBeGreaterThanOrEqual(0);
  // One thing alone may be larger than all is meant to be.
  expect(stats.memory).toBeLessThanOrEqual(limits.maxMemory + 10_000);
}

it("hold their bounds, whatever comes", { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(fc.array(steps, { maxLength: 80 }), (sequence) => {
      const box = new Simulation(limits);
      for (const step of sequence) {
        if (isSent(step)) check(box, box.send(...step));
        else box.tracker.seed(box.sandbox, { processes: step, skipped: 0 });
      }
      if (sequence.length === 0) return;

      // All end, and push each other out of memory: not a byte stays accounted for.
      const first = 1; // which a container's start makes without naming it
      const ids = new Set(
        sequence.flatMap((step) =>
          isSent(step) ? [step[1]?.threadId, step[2]["createdThreadId"], first] : step.map(({ pid }) => pid),
        ),
      );
      for (let round = 0; round < 3; round++) {
        for (const tid of ids) box.send("SENTRY_TASK_EXIT", { threadId: Number(tid ?? 0) });
      }
      expect(box.stats()).toMatchObject({ threads: 0, processes: 0 });
      for (let tid = 100; tid <= 100 + limits.maxEnded; tid++) {
        box.send("SENTRY_TASK_EXIT", { threadId: tid, threadGroupId: tid });
      }
      expect(box.stats().memory).toBe(0);
    }),
    { numRuns: 1500 },
  );
});
