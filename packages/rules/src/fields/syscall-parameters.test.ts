import { describe, expect, test } from "vitest";
import { mustLoad, ruleYaml } from "../../test/load.ts";
import { makeRawCall } from "../../test/raw-call.ts";
import { readField } from "../../test/reads.ts";
import { makeDescriptor, makeProcess, makeThread } from "../../test/tracked-event.ts";

const cwd = 0xffff_ff9cn;

/** What `format` prints of a raw call. */
function print(
  format: string,
  ...[sysno, registers, own]: Parameters<typeof makeRawCall>
): string | undefined {
  const rules = mustLoad(ruleYaml("evt.type exists", format));
  return rules.evaluate(makeRawCall(sysno, registers, own))[0]?.output;
}

/** Whether `condition` is true of a raw call. */
function holds(condition: string, ...[sysno, registers, own]: Parameters<typeof makeRawCall>): boolean {
  return mustLoad(ruleYaml(condition)).evaluate(makeRawCall(sysno, registers, own)).length > 0;
}

describe("evt.args of a raw call", () => {
  test.each([
    ["kill", 62, [7n, 9n], "res=0 pid=7 sig=9(SIGKILL)"],
    ["unshare", 272, [0x1002_0000n], "res=0 flags=1048608(CLONE_NEWNS|CLONE_NEWUSER)"],
    [
      "chmod",
      90,
      [1n, 0o4755n],
      "res=0 mode=04755(S_IXOTH|S_IROTH|S_IXGRP|S_IRGRP|S_IXUSR|S_IWUSR|S_IRUSR|S_ISUID)",
    ],
    ["unlinkat", 263, [cwd, 1n, 0x200n], "res=0 dirfd=-100(AT_FDCWD) flags=512(AT_REMOVEDIR)"],
    ["bpf", 321, [5n, 1n, 120n], "fd=0 cmd=5(BPF_PROG_LOAD) size=120"],
    ["mount", 165, [1n, 2n, 3n, 0x1001n, 4n], "res=0 flags=4097(RDONLY|BIND)"],
    ["setreuid", 113, [0xffff_ffffn, 0n], "res=0 ruid=-1(<NONE>) euid=0(root)"],
    ["munmap", 11, [0x7f00_0000_1000n, 4096n], "res=0 addr=7F0000001000 length=4096"],
    ["getpid", 39, [], "res=0"],
    ["lseek", 8, [3n, 0xffff_ffff_ffff_fffen, 2n], "res=0 fd=3 offset=-2 whence=2(SEEK_END)"],
    ["access", 21, [1n, 0n], "res=0 mode=0(F_OK)"],
    ["access", 21, [1n, 6n], "res=0 mode=6(R_OK|W_OK)"],
    ["delete_module", 176, [1n, 0x800n], "res=0 flags=2(O_NONBLOCK)"],
    ["semctl", 66, [5n, 0n, 0n, 0n], "res=0 semid=5 semnum=0 cmd=4(IPC_RMID) val=0"],
    ["semctl", 66, [5n, 0n, 99n, 0n], "res=0 semid=5 semnum=0 cmd=99 val=0"],
    [
      "prctl",
      157,
      [38n, 1n, 0n, 0n, 0n],
      "res=0 option=38(PR_SET_NO_NEW_PRIVS) arg2_int=1 arg3=0 arg4=0 arg5=0",
    ],
    ["fcntl", 72, [3n, 1030n, 10n], "res=0 fd=3 cmd=26(F_DUPFD_CLOEXEC) arg=A"],
    [
      "openat",
      257,
      [cwd, 1n, 0o101n, 0o644n],
      "fd=0 dirfd=-100(AT_FDCWD) flags=6(O_CREAT|O_WRONLY) mode=0644",
    ],
    ["socket", 41, [17n, 3n, 0n], "fd=0 domain=17(AF_PACKET) type=3 proto=0"],
    ["ptrace", 101, [16n, 7n, 0n, 0n], "res=0 addr=0 data=0 request=11(PTRACE_ATTACH) pid=7"],
    [
      "mprotect",
      10,
      [4096n, 4096n, 7n],
      "res=0 addr=1000 length=4096 prot=7(PROT_READ|PROT_WRITE|PROT_EXEC)",
    ],
    ["userfaultfd", 323, [0x800n], "res=0 flags=64(O_NONBLOCK)"],
    ["getuid", 102, [], "uid=0(root)"],
  ] as const)("%s", (name, sysno, registers, text) => {
    expect(print("%evt.type %evt.args", sysno, registers)).toBe(`${name} ${text}`);
  });

  test("names the error, and the descriptors that the thread has", () => {
    expect(print("%evt.args", 62, [1n, 9n], { result: -1 })).toBe("res=-1(EPERM) pid=1 sig=9(SIGKILL)");
    const descriptor = (fd: number) => (fd === 5 ? makeDescriptor({ name: "/etc/passwd" }) : undefined);
    const thread = makeThread(makeProcess({ descriptor }));
    expect(print("%evt.args", 77, [5n, 0n], { thread })).toBe("res=0 fd=5(<f>/etc/passwd) length=0");
    expect(print("%evt.args", 319, [1n, 1n], { thread, result: 5 })).toBe(
      "fd=5(<f>/etc/passwd) flags=1(MFD_CLOEXEC)",
    );
  });

  test("reads the numbers of arm64", () => {
    expect(print("%evt.type %evt.args", 129, [7n, 15n], { arch: "arm64" })).toBe(
      "kill res=0 pid=7 sig=15(SIGTERM)",
    );
  });

  test("has the registers of a call that nobody knows", () => {
    expect(print("%evt.type %evt.args", 9999, [1n, 255n])).toBe(
      "syscall.9999 res=0 arg1=1 arg2=FF arg3=0 arg4=0 arg5=0 arg6=0",
    );
  });
});

test("arguments are counted as Falco counts them, those that a register cannot tell too", () => {
  const unlinkat = makeRawCall(263, [cwd, 0x7000n, 0x200n]);
  const numbered = [0, 1, 2, 3, 4].map((index) => readField(`evt.arg[${index}]`, unlinkat));
  expect(numbered).toEqual(["0", "AT_FDCWD", null, "AT_REMOVEDIR", null]);
  const recvmsg = makeRawCall(47, [5n, 0x7000n, 0n]);
  expect(readField("evt.arg[5]", recvmsg)).toBe("5");
  // What Falco does not have comes behind what it has.
  expect(readField("evt.arg[3]", makeRawCall(72, [3n, 1030n, 10n]))).toBe("A");
});

describe("conditions on the arguments of a raw call", () => {
  test("compare names and numbers", () => {
    expect(holds("evt.type = kill and evt.arg.sig = SIGKILL", 62, [7n, 9n])).toBe(true);
    expect(holds("evt.type = kill and evt.rawarg.sig = 9 and evt.rawarg.pid = 7", 62, [7n, 9n])).toBe(true);
    expect(holds("evt.type in (chmod, fchmod) and evt.arg.mode contains S_ISUID", 90, [1n, 0o4755n])).toBe(
      true,
    );
    expect(holds("evt.type in (chmod, fchmod) and evt.arg.mode contains S_ISUID", 90, [1n, 0o755n])).toBe(
      false,
    );
    expect(holds("evt.type=bpf and (evt.arg.cmd=5 or evt.arg.cmd=BPF_PROG_LOAD)", 321, [5n])).toBe(true);
    expect(holds("evt.type.is.kill = 1", 62, [7n, 9n])).toBe(true);
  });

  test("do not take an address for a path", () => {
    for (const condition of [
      "evt.arg.path exists",
      "evt.arg.path startswith 7",
      "evt.arg.path != /tmp",
      "evt.arg.path = ''",
    ]) {
      expect(holds(`evt.type = unlink and ${condition}`, 87, [0x7fff_0000_1000n]), condition).toBe(false);
    }
  });

  test("know calls and arguments that Falco has none of", () => {
    expect(holds("evt.type = fchroot", 472, [3n])).toBe(true);
    expect(holds("evt.type = pkey_mprotect and evt.rawarg.pkey = 1", 329, [1n, 4096n, 3n, 1n])).toBe(true);
    expect(() => mustLoad(ruleYaml("evt.arg.sigset exists"))).toThrow();
  });
});

test("evt.category of a raw call is Falco's", () => {
  const categories = [62, 35, 7, 11, 102, 431, 202, 86, 89].map((sysno) => print("%evt.category", sysno));
  expect(categories).toEqual(["signal", "sleep", "wait", "memory", "user", "system", "IPC", "file", "other"]);
});

test("fields that ask what a call does know raw calls too", () => {
  expect(holds("evt.is_wait = true", 7)).toBe(true);
  expect(holds("evt.is_wait = true", 0)).toBe(false);
  expect(holds("evt.is_io_read = true and evt.io_dir = read", 45)).toBe(true);
  expect(holds("evt.is_io_write = true and evt.is_io = true", 44)).toBe(true);
});
