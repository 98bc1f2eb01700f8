import type * as wire from "@sentrytap/wire";
import type { OtherSource } from "./event.ts";
import type * as args from "./event-args.ts";
import type { Definition } from "./normalized-event.ts";
import { parseSocketAddress } from "./socket-address.ts";
import { syscallName } from "./syscall-names.ts";

// One definition for each kind of message: which category its events are of, and which parameters they have.

export const open: Definition<wire.SyscallOpen, args.OpenArgs> = {
  category: "file",
  args: (m, fd) => ({
    fd,
    dirfd: m.fdNumber,
    name: m.pathname,
    flags: m.flags,
    mode: m.mode,
  }),
};

export const close: Definition<wire.SyscallClose, args.CloseArgs> = {
  category: "file",
  args: (m, res) => ({ res, fd: m.fdNumber }),
};

const transfer = (m: wire.SyscallRead | wire.SyscallWrite, res: number | undefined): args.TransferArgs => ({
  res,
  fd: m.fdNumber,
  size: m.countNumber,
  pos: m.hasOffset ? m.offsetNumber : undefined,
});
export const read: Definition<wire.SyscallRead, args.TransferArgs> = { category: "io-read", args: transfer };
export const write: Definition<wire.SyscallWrite, args.TransferArgs> = {
  category: "io-write",
  args: transfer,
};

export const execve: Definition<wire.SyscallExecve, args.ExecveArgs> = {
  category: "process",
  args: (m, res) => {
    const [exe, ...args] = m.argv;
    return {
      res,
      exe,
      args,
      filename: m.pathname,
      dirfd: m.fdNumber,
      dirfdPath: m.fdPath || undefined,
      env: m.envv,
      flags: m.flags,
    };
  },
};

/** A container's first program, told as the execve that nobody called. */
export const firstExecve: Definition<wire.ContainerStart, args.ExecveArgs> = {
  category: "process",
  args: (m) => {
    const [exe, ...args] = m.args;
    return {
      res: 0,
      exe,
      args,
      filename: exe ?? "",
      dirfd: undefined,
      dirfdPath: undefined,
      env: m.env,
      flags: 0,
    };
  },
};

/** A container's first thread, told as the clone that nobody called. */
export const firstClone: Definition<wire.ContainerStart, args.CloneArgs> = {
  category: "process",
  args: (m) => ({
    res: 0,
    flags: 0,
    vtid: m.contextData?.threadId,
    vpid: m.contextData?.threadGroupId,
  }),
};

export const containerStart: Definition<wire.ContainerStart, args.ContainerStartArgs> = {
  category: "process",
  args: (m) => ({
    id: m.id,
    args: m.args,
    env: m.env,
    cwd: m.cwd,
    terminal: m.terminal,
  }),
};

export const clone: Definition<wire.SyscallClone, args.CloneArgs> = {
  category: "process",
  args: (m, res) => ({ res, flags: m.flagsNumber, vtid: undefined, vpid: undefined }),
};

export const cloneInChild: Definition<wire.SentryClone, args.CloneArgs> = {
  category: "process",
  args: (m) => ({
    res: 0,
    flags: m.flagsNumber,
    vtid: m.createdThreadId,
    vpid: m.createdThreadGroupId,
  }),
};

export const fork: Definition<wire.SyscallFork, args.ForkArgs> = {
  category: "process",
  args: (_, res) => ({ res }),
};

const waitStatus = (m: wire.SentryTaskExit | wire.SentryExitNotifyParent): args.ProcexitArgs => ({
  status: m.exitStatus,
  ret: (m.exitStatus >> 8) & 0xff,
  sig: m.exitStatus & 0x7f,
});
export const procexit: Definition<wire.SentryTaskExit, args.ProcexitArgs> = {
  category: "process",
  args: waitStatus,
};
export const exitNotifyParent: Definition<wire.SentryExitNotifyParent, args.ProcexitArgs> = {
  category: "process",
  args: waitStatus,
};

export const sentryExec: Definition<wire.SentryExec, args.SentryExecArgs> = {
  category: "process",
  args: (m) => ({
    binaryPath: m.binaryPath,
    args: m.argv,
    env: m.env,
    fromMemfd: m.binaryInMemfd,
  }),
};

const address = (m: wire.SyscallConnect | wire.SyscallBind, res: number | undefined): args.AddressArgs => ({
  res,
  fd: Number(m.fd),
  addr: parseSocketAddress(m.address),
});
export const connect: Definition<wire.SyscallConnect, args.AddressArgs> = { category: "net", args: address };
export const bind: Definition<wire.SyscallBind, args.AddressArgs> = { category: "net", args: address };

export const accept: Definition<wire.SyscallAccept, args.AcceptArgs> = {
  category: "net",
  // On entry the address is the caller's buffer, not yet filled.
  args: (m, fd) => ({
    fd,
    listener: m.fd,
    addr: fd !== undefined && fd >= 0 ? parseSocketAddress(m.address) : undefined,
    flags: m.flags,
  }),
};

export const socket: Definition<wire.SyscallSocket, args.SocketArgs> = {
  category: "net",
  args: (m, fd) => ({ fd, domain: m.domain, type: m.type, proto: m.protocol }),
};

export const pipe: Definition<wire.SyscallPipe, args.DescriptorPairArgs> = {
  category: "ipc",
  args: (m, res) => ({ res, fd1: m.reader, fd2: m.writer, flags: m.flags }),
};

export const socketpair: Definition<wire.SyscallSocketpair, args.DescriptorPairArgs> = {
  category: "ipc",
  args: (m, res) => ({ res, fd1: m.socket1, fd2: m.socket2, flags: m.type }),
};

export const chdir: Definition<wire.SyscallChdir, args.ChdirArgs> = {
  category: "file",
  args: (m, res) => ({ res, path: m.pathname, fd: undefined }),
};

export const fchdir: Definition<wire.SyscallChdir, args.ChdirArgs> = {
  category: "file",
  args: (m, res) => ({ res, path: undefined, fd: m.fdNumber }),
};

export const chroot: Definition<wire.SyscallChroot, args.ChrootArgs> = {
  category: "file",
  args: (m, res) => ({ res, path: m.pathname }),
};

export const dup: Definition<wire.SyscallDup, args.DupArgs> = {
  category: "file",
  args: (m, res) => ({ res, oldfd: m.oldFd, newfd: undefined, flags: 0 }),
};

export const dupTo: Definition<wire.SyscallDup, args.DupArgs> = {
  category: "file",
  args: (m, res) => ({ res, oldfd: m.oldFd, newfd: m.newFd, flags: m.flags }),
};

export const fcntl: Definition<wire.SyscallFcntl, args.FcntlArgs> = {
  category: "file",
  args: (m, res) => ({ res, fd: m.fd, cmd: m.cmd }),
};

export const setid: Definition<wire.SyscallSetid, args.SetidArgs> = {
  category: "user",
  args: (m, res) => ({ res, id: m.id }),
};

export const setresid: Definition<wire.SyscallSetresid, args.SetresidArgs> = {
  category: "user",
  args: (m, res) => ({ res, real: m.rid | 0, effective: m.eid | 0, saved: m.sid | 0 }),
};

/** A point that has no event type of its own. */
export const other: Definition<OtherSource, args.OtherArgs> = {
  category: "other",
  args: (m, res) => ({ res, name: pointName(m) }),
};

function pointName(m: OtherSource): string {
  if (!("sysnoNumber" in m)) return m.messageName.replace("MESSAGE_", "").toLowerCase();
  return syscallName(m.sandbox.arch, m.sysnoNumber) ?? `syscall.${m.sysnoNumber}`;
}
