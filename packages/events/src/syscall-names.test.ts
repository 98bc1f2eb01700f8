import { describe, expect, it, test } from "vitest";
import { syscallName, syscallNumber } from "./syscall-names.ts";

describe("syscallName", () => {
  it.each([
    [0, "read", "io_setup"],
    [17, "pread", "getcwd"],
    [42, "connect", "nfsservctl"],
    [56, "clone", "openat"],
    [59, "execve", "pipe2"],
    [63, "uname", "read"],
    [101, "ptrace", "nanosleep"],
    [214, "epoll_ctl_old", "brk"],
    [220, "semtimedop", "clone"],
    [221, "fadvise64", "execve"],
    [243, "mq_timedreceive", "recvmmsg"],
    [244, "mq_notify", undefined],
    [257, "openat", undefined],
    [259, "mknodat", undefined],
    [260, "fchownat", "wait4"],
    [261, "futimesat", "prlimit"],
    [294, "inotify_init1", "kexec_file_load"],
    [295, "preadv", undefined],
    [302, "prlimit", undefined],
    [322, "execveat", undefined],
    [334, "rseq", undefined],
    [335, "uretprobe", undefined],
    [336, "uprobe", undefined],
    [337, undefined, undefined],
    [423, undefined, undefined],
    [424, "pidfd_send_signal", "pidfd_send_signal"],
    [435, "clone3", "clone3"],
    [437, "openat2", "openat2"],
    [452, "fchmodat2", "fchmodat2"],
    [467, "open_tree_attr", "open_tree_attr"],
    [469, "file_setattr", "file_setattr"],
    [472, "fchroot", "fchroot"],
    [473, undefined, undefined],
    [512, undefined, undefined],
    [5000, undefined, undefined],
    [-1, undefined, undefined],
    [2 ** 53, undefined, undefined],
  ])("%i is %s on x64 and %s on arm64", (number, x64, arm64) => {
    expect([syscallName("x64", number), syscallName("arm64", number)]).toEqual([x64, arm64]);
  });
});

test("syscallNumber is the inverse", () => {
  expect([syscallNumber("x64", "openat"), syscallNumber("arm64", "openat")]).toEqual([257, 56]);
  expect([syscallNumber("x64", "open"), syscallNumber("arm64", "open")]).toEqual([2, undefined]);
});
