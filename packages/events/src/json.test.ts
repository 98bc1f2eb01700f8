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
    };
    const fields = { contextData, sysno: 257n, fd: -100n, pathname: "a", exit: failed(2) };
    expect(eventToJson(eventOf("SYSCALL_OPEN", fields))).toEqual({
      type: "openat",
      direction: "exit",
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
      args: { fd: -2, dirfd: -100, name: "a", flags: 0, mode: 0 },
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
      args: { res: null, pos: null },
    });
  });

  it("has bytes in base64, and errnos without a name as numbers", () => {
    const fields = { fd: 3n, address: Uint8Array.of(16, 0, 255), exit: failed(4000) };
    const json = eventToJson(eventOf("SYSCALL_CONNECT", fields));
    expect(json).toMatchObject({
      errno: "4000",
      args: { addr: { family: "other", number: 16, bytes: "EAD/" } },
    });
    expect(JSON.parse(JSON.stringify(json))).toEqual(json);
  });

  it("names points that have no type of their own", () => {
    expect(eventToJson(eventOf("SYSCALL_RAW", { sysno: 435n, exit: returned(3) }))).toMatchObject({
      type: "clone3",
      result: 3,
    });
  });
});
