import { expect, it } from "vitest";
import { clockName } from "./clock-name.ts";
import { execveatFlagNames } from "./execveat-flags.ts";
import { fcntlCommandName } from "./fcntl-command.ts";
import { inotifyMaskNames } from "./inotify-mask.ts";
import { ptraceRequestName } from "./ptrace-request.ts";
import { resourceName } from "./resource-name.ts";
import { socketFamilyName, socketTypeName } from "./socket-names.ts";

it("names socket families", () => {
  expect([0, 1, 2, 10, 16, 17, 29, 38, 39, 40, 45, 46, -1, 2.5].map(socketFamilyName)).toEqual([
    "AF_UNSPEC",
    "AF_UNIX",
    "AF_INET",
    "AF_INET6",
    "AF_NETLINK",
    "AF_PACKET",
    "AF_CAN",
    "AF_ALG",
    "AF_NFC",
    "AF_VSOCK",
    "AF_MCTP",
    undefined,
    undefined,
    undefined,
  ]);
});

it("names socket types with their flags", () => {
  expect([1, 524289, 526338, 3, 5, 10, 9].map(socketTypeName)).toEqual([
    "SOCK_STREAM",
    "SOCK_STREAM|SOCK_CLOEXEC",
    "SOCK_DGRAM|SOCK_NONBLOCK|SOCK_CLOEXEC",
    "SOCK_RAW",
    "SOCK_SEQPACKET",
    "SOCK_PACKET",
    "9",
  ]);
});

it("names commands of fcntl", () => {
  expect([0, 4, 1030, 1033, 38, 12, 9999].map(fcntlCommandName)).toEqual([
    "F_DUPFD",
    "F_SETFL",
    "F_DUPFD_CLOEXEC",
    "F_ADD_SEALS",
    "F_OFD_SETLKW",
    undefined,
    undefined,
  ]);
});

it("names resources", () => {
  expect([0, 3, 7, 15, 16, -1].map(resourceName)).toEqual([
    "RLIMIT_CPU",
    "RLIMIT_STACK",
    "RLIMIT_NOFILE",
    "RLIMIT_RTTIME",
    undefined,
    undefined,
  ]);
});

it("names clocks", () => {
  expect([0, 1, 7, 10, 11, 12].map(clockName)).toEqual([
    "CLOCK_REALTIME",
    "CLOCK_MONOTONIC",
    "CLOCK_BOOTTIME",
    undefined,
    "CLOCK_TAI",
    undefined,
  ]);
});

it("names requests of ptrace, by architecture", () => {
  const on = (arch: "x64" | "arm64"): unknown =>
    [0, 16, 0x4206, 12, 33, 99].map((request) => ptraceRequestName(request, arch));
  expect(on("x64")).toEqual([
    "PTRACE_TRACEME",
    "PTRACE_ATTACH",
    "PTRACE_SEIZE",
    "PTRACE_GETREGS",
    "PTRACE_SINGLEBLOCK",
    undefined,
  ]);
  expect(on("arm64")).toEqual([
    "PTRACE_TRACEME",
    "PTRACE_ATTACH",
    "PTRACE_SEIZE",
    undefined,
    "PTRACE_PEEKMTETAGS",
    undefined,
  ]);
});

it("names what inotify watches for", () => {
  expect(inotifyMaskNames(0x80000302)).toBe("IN_MODIFY|IN_CREATE|IN_DELETE|IN_ONESHOT");
  expect(inotifyMaskNames(0)).toBe("");
});

it("names flags of execveat", () => {
  expect([0, 0x1000, 0x11100].map(execveatFlagNames)).toEqual([
    "",
    "AT_EMPTY_PATH",
    "AT_EMPTY_PATH|AT_SYMLINK_NOFOLLOW|AT_EXECVE_CHECK",
  ]);
});
