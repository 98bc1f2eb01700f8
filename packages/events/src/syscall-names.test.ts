import { describe, expect, it } from "vitest";
import { syscallName } from "./syscall-names.ts";

describe("syscallName", () => {
  it.each([
    [0, "read", "io_setup"],
    [17, "pread", "getcwd"],
    [56, "clone", "openat"],
    [59, "execve", "pipe2"],
    [63, "uname", "read"],
    [101, "ptrace", "nanosleep"],
    [221, "fadvise64", "execve"],
    [257, "openat", undefined],
    [302, "prlimit", undefined],
    [322, "execveat", undefined],
    [334, "rseq", undefined],
    [335, undefined, undefined],
    [424, "pidfd_send_signal", "pidfd_send_signal"],
    [435, "clone3", "clone3"],
    [437, "openat2", "openat2"],
    [452, "fchmodat2", "fchmodat2"],
    [5000, undefined, undefined],
    [-1, undefined, undefined],
    [2 ** 53, undefined, undefined],
  ])("%i is %s on x64 and %s on arm64", (number, x64, arm64) => {
    expect([syscallName("x64", number), syscallName("arm64", number)]).toEqual([x64, arm64]);
  });
});
