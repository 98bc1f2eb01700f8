import { describe, expect, it } from "vitest";
import { eventOf, type Fields } from "../../test/message.ts";
import type { SentryExecArgs, SentryMmapArgs } from "./memory-args.ts";

function exec(fields: Fields): SentryExecArgs {
  const event = eventOf("SENTRY_EXEC", fields);
  if (event.type !== "sentry_exec") throw new Error(event.type);
  return event.args;
}

function mmap(fields: Fields): SentryMmapArgs {
  const event = eventOf("SENTRY_MMAP", fields);
  if (event.type !== "sentry_mmap") throw new Error(event.type);
  return event.args;
}

const nothing = {
  execfn: undefined,
  fromMemfd: undefined,
  binary: undefined,
  sha256: undefined,
  sha1: undefined,
  stdin: undefined,
  stdout: undefined,
  stderr: undefined,
  pipeInput: undefined,
  pipeOutput: undefined,
};

describe("a new program", () => {
  it("has nothing that the session did not ask for", () => {
    expect(exec({ binaryPath: "/usr/bin/true", argv: ["true"] })).toEqual({
      binaryPath: "/usr/bin/true",
      args: ["true"],
      env: [],
      ...nothing,
    });
  });

  it("has of its file what older releases tell: mode, owner and group", () => {
    expect(exec({ binaryMode: 0o100755, binaryGid: 5 })).toMatchObject({
      fromMemfd: undefined,
      binary: {
        mode: 0o100755,
        uid: 0,
        gid: 5,
        ino: undefined,
        ctimeNs: undefined,
        size: undefined,
        nlink: undefined,
        overlayfsUpper: undefined,
        overlayfsLower: undefined,
      },
    });
  });

  it("has of its file all that newer releases tell, zeroes included", () => {
    const told = { binaryMode: 0o100755, binaryIno: 2n ** 63n, binarySize: 5n, binaryOverlayfsUpper: true };
    expect(exec({ ...told, binaryCtime: { sec: 1_700_000_000n, nsec: 7n } })).toMatchObject({
      fromMemfd: false,
      binary: {
        ino: 2n ** 63n,
        ctimeNs: 1_700_000_000_000_000_007n,
        size: 5,
        nlink: 0,
        overlayfsUpper: true,
        overlayfsLower: false,
      },
    });
  });

  it("has digests in hexadecimal", () => {
    const digests = exec({ binarySha256: Uint8Array.of(0, 0xab), binarySha1: Uint8Array.of(0xff) });
    expect(digests).toMatchObject({ sha256: "00ab", sha1: "ff" });
  });

  it("lies in memory where the Sentry says so", () => {
    expect(exec({ binaryInMemfd: true }).fromMemfd).toBe(true);
  });

  it("has its standard streams; ports come in network order", () => {
    const ip = Uint8Array.of(127, 0, 0, 1);
    const socket = {
      family: 2,
      local: { family: 2, ip, port: 0x5c11 },
      remote: { family: 2, ip, port: 80 << 8 },
    };
    const { stdin, stdout, stderr } = exec({
      stdin: { mode: 0o140777, ino: 3n, path: "socket:[3]", socket },
      stdout: {},
    });
    expect(stdin).toEqual({
      mode: 0o140777,
      ino: 3n,
      path: "socket:[3]",
      socket: {
        domain: 2,
        local: { family: "ipv4", ip: "127.0.0.1", port: 4444 },
        remote: { family: "ipv4", ip: "127.0.0.1", port: 80 },
      },
    });
    expect(stdout).toEqual({ mode: undefined, ino: undefined, path: undefined, socket: undefined });
    expect(stderr).toBeUndefined();
  });

  it("has the addresses of IPv6, none of Unix sockets, and none that are malformed", () => {
    const ip = Uint8Array.from({ length: 16 }, (_, i) => (i === 15 ? 1 : 0));
    const { stdin, stdout } = exec({
      stdin: { socket: { family: 10, local: { family: 10, ip, port: 1 << 8 }, remote: { family: 2, ip } } },
      stdout: { socket: { family: 1, local: { family: 1 } } },
    });
    expect(stdin?.socket).toEqual({
      domain: 10,
      local: { family: "ipv6", ip: "::1", port: 1 },
      remote: undefined,
    });
    expect(stdout?.socket).toEqual({ domain: 1, local: undefined, remote: undefined });
  });

  it("has the processes at the other ends of its pipes", () => {
    const { pipeInput, pipeOutput } = exec({
      pipeInputProc: {
        contextData: {
          threadGroupId: 3,
          threadGroupStartTimeNs: 9n,
          parentThreadGroupId: 1,
          credentials: {},
          isExecSession: true,
        },
      },
      pipeOutputProc: {},
    });
    expect(pipeInput).toEqual({
      pid: 3,
      processStartTimeNs: 9n,
      parentPid: 1,
      credentials: {
        realUid: 0,
        effectiveUid: 0,
        savedUid: 0,
        realGid: 0,
        effectiveGid: 0,
        savedGid: 0,
      },
      isExecSession: true,
    });
    expect(pipeOutput).toBeUndefined();
  });
});

describe("an executable mapping", () => {
  it("of a file has the file", () => {
    const fields = {
      mappedPath: "/lib/x.so",
      mappedIno: 5n,
      mappedMode: 0o100644,
      mappedUid: 1,
      mappedCtime: { sec: 1n },
      overlayfsLower: true,
      isInitialMmap: true,
    };
    expect(mmap(fields)).toEqual({
      path: "/lib/x.so",
      file: {
        mode: 0o100644,
        uid: 1,
        gid: 0,
        ino: 5n,
        ctimeNs: 1_000_000_000n,
        overlayfsUpper: false,
        overlayfsLower: true,
      },
      isProgram: true,
    });
  });

  it("of memory alone has none", () => {
    expect(mmap({})).toEqual({ path: undefined, file: undefined, isProgram: false });
  });
});
