import { describe, expect, it } from "vitest";
import { eventOf, failed, returned } from "../test/message.ts";
import { eventToJson } from "./json.ts";

describe("eventToJson", () => {
  it("has all that an event says", () => {
    const contextData = {
      timeNs: 1_700_000_000_123_456_789n,
      threadId: 7,
      threadGroupId: 5,
      containerId: "c1",
      processName: "sh",
      cwd: "/",
      credentials: { effectiveUid: 33 },
      threadStartTimeNs: 5n,
      threadGroupStartTimeNs: 4n,
      parentThreadGroupId: 1,
      isExecSession: true,
    };
    const fields = { contextData, sysno: 257n, fd: 4n, fdPath: "/x", pathname: "a", exit: failed(2) };
    expect(eventToJson(eventOf("SYSCALL_OPEN", fields))).toEqual({
      type: "openat",
      direction: "exit",
      category: "file",
      time: "1700000000123456789",
      sandbox: "box",
      container: "c1",
      tid: 7,
      pid: 5,
      process: "sh",
      cwd: "/",
      uid: 33,
      gid: 0,
      result: -2,
      errno: "ENOENT",
      fdPath: "/x",
      args: { fd: -2, dirfd: 4, name: "a", flags: 0, mode: 0 },
      context: {
        threadStartTimeNs: "5",
        processStartTimeNs: "4",
        parentPid: 1,
        credentials: {
          realUid: 0,
          effectiveUid: 33,
          savedUid: 0,
          realGid: 0,
          effectiveGid: 0,
          savedGid: 0,
        },
        isExecSession: true,
      },
    });
  });

  it("has null for what is not known", () => {
    expect(eventToJson(eventOf("SYSCALL_READ"))).toMatchObject({
      time: null,
      container: null,
      tid: null,
      uid: null,
      result: null,
      errno: null,
      fdPath: null,
      args: { res: null, pos: null },
      context: null,
    });
  });

  it("has bytes in base64, and errnos without a name as numbers", () => {
    const fields = { fd: 3n, address: Uint8Array.of(40, 0, 255), exit: failed(4000) };
    const json = eventToJson(eventOf("SYSCALL_CONNECT", fields));
    expect(json).toMatchObject({
      errno: "4000",
      args: { addr: { family: "other", number: 40, bytes: "KAD/" } },
    });
    expect(JSON.parse(JSON.stringify(json))).toEqual(json);
  });

  it("has what is within parameters, and numbers of 64 bits whole", () => {
    const { args } = eventToJson(
      eventOf("SENTRY_EXEC", {
        binaryMode: 0o100755,
        binaryIno: 2n ** 64n - 1n,
        stdin: { path: "pipe:[1]" },
        pipeInputProc: { contextData: { threadGroupId: 3 } },
      }),
    );
    expect(args).toMatchObject({
      binary: { mode: 0o100755, ino: "18446744073709551615", ctimeNs: null },
      stdin: { path: "pipe:[1]", mode: null, socket: null },
      stdout: null,
      pipeInput: { pid: 3, credentials: null },
    });
    expect(
      eventToJson(eventOf("SYSCALL_PRLIMIT64", { newLimit: { cur: 2n ** 64n - 1n } })).args,
    ).toMatchObject({
      newcur: "18446744073709551615",
      newmax: "0",
      oldcur: null,
    });
  });

  it("names points that have no type of their own", () => {
    expect(eventToJson(eventOf("SYSCALL_RAW", { sysno: 435n, exit: returned(3) }))).toMatchObject({
      type: "clone3",
      result: 3,
    });
  });
});
