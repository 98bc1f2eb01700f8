import type * as wire from "@sentrytap/wire";
import type * as args from "./event-args.ts";
import { type Definition, succeeded } from "./normalized-event.ts";
import { parseSocketAddress } from "./socket-address.ts";
import { type SyscallArgs, syscallArgs, syscallCategory } from "./syscall-args.ts";

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
  category: "io-other",
  args: (m, res) => ({ res, fd: m.fdNumber }),
};

const transfer = (m: wire.SyscallRead | wire.SyscallWrite, res: number | undefined): args.TransferArgs => ({
  res,
  fd: m.fdNumber,
  size: m.countNumber,
  pos: m.hasOffset ? m.offsetNumber : undefined,
  flags: m.flags,
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
  args: ({ contextData: context }) => ({
    ...withoutCaller,
    res: 0,
    flags: 0,
    vtid: context?.threadId || undefined,
    vpid: context?.threadGroupId || undefined,
    startTimeNs: context?.threadStartTimeNs || undefined,
  }),
};

/** What only the caller of clone(2) knows. */
const withoutCaller = { stack: undefined, tls: undefined, parentTid: undefined };

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

const cloneParentSettid = 0x100000;
const cloneSettls = 0x80000;

export const clone: Definition<wire.SyscallClone, args.CloneArgs> = {
  category: "process",
  args: (m, res) => {
    const flags = m.flagsNumber;
    return {
      res,
      flags,
      vtid: undefined,
      vpid: undefined,
      startTimeNs: undefined,
      stack: m.stack,
      // The child's address of CLONE_CHILD_SETTID, on arm64 (PointClone in pkg/sentry/syscalls/linux/points.go of gVisor).
      tls: (flags & cloneSettls) !== 0 && m.sandbox.arch === "x64" ? m.tls : undefined,
      parentTid: (flags & cloneParentSettid) !== 0 && succeeded(res) ? m.newTidNumber : undefined,
    };
  },
};

export const cloneInChild: Definition<wire.SentryClone, args.CloneArgs> = {
  category: "process",
  args: (m) => ({
    ...withoutCaller,
    res: 0,
    flags: m.flagsNumber,
    vtid: m.createdThreadId,
    vpid: m.createdThreadGroupId,
    startTimeNs: m.createdThreadStartTimeNs || undefined,
  }),
};

export const fork: Definition<wire.SyscallFork, args.ForkArgs> = {
  category: "process",
  args: (_, res) => ({ res }),
};

/** As wait(2) takes it apart. */
const waitStatus = (m: wire.SentryTaskExit | wire.SentryExitNotifyParent): args.ProcexitArgs => ({
  status: m.exitStatus,
  ret: (m.exitStatus >> 8) & 0xff,
  sig: m.exitStatus & 0x7f,
  core: (m.exitStatus & 0x80) !== 0,
});
export const procexit: Definition<wire.SentryTaskExit, args.ProcexitArgs> = {
  category: "process",
  args: waitStatus,
};
export const exitNotifyParent: Definition<wire.SentryExitNotifyParent, args.ProcexitArgs> = {
  category: "process",
  args: waitStatus,
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

export const listen: Definition<wire.SyscallListen, args.ListenArgs> = {
  category: "net",
  args: (m, res) => ({
    res,
    fd: m.fd,
    backlog: m.backlog,
    addr: parseSocketAddress(m.address),
    domain: m.socketFamily || undefined,
    type: m.socketType || undefined,
  }),
};

// Both read their pair from the caller's memory, which holds it once they have succeeded.
export const pipe: Definition<wire.SyscallPipe, args.PipeArgs> = {
  category: "ipc",
  args: (m, res) => {
    const made = succeeded(res);
    return { res, fd1: made ? m.reader : undefined, fd2: made ? m.writer : undefined, flags: m.flags };
  },
};

export const socketpair: Definition<wire.SyscallSocketpair, args.SocketpairArgs> = {
  category: "ipc",
  args: (m, res) => {
    const made = succeeded(res);
    return {
      res,
      fd1: made ? m.socket1 : undefined,
      fd2: made ? m.socket2 : undefined,
      domain: m.domain,
      type: m.type,
      proto: m.protocol,
    };
  },
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
  category: "process",
  args: (m, res) => ({ res, path: m.pathname }),
};

export const dup: Definition<wire.SyscallDup, args.DupArgs> = {
  category: "io-other",
  args: (m, res) => ({ res, oldfd: m.oldFd, newfd: undefined, flags: 0 }),
};

export const dupTo: Definition<wire.SyscallDup, args.DupArgs> = {
  category: "io-other",
  args: (m, res) => ({ res, oldfd: m.oldFd, newfd: m.newFd, flags: m.flags }),
};

export const fcntl: Definition<wire.SyscallFcntl, args.FcntlArgs> = {
  category: "io-other",
  args: (m, res) => ({ res, fd: m.fd, cmd: m.cmd, arg: m.args }),
};

export const setuid: Definition<wire.SyscallSetid, args.SetuidArgs> = {
  category: "user",
  args: (m, res) => ({ res, uid: m.id }),
};

export const setgid: Definition<wire.SyscallSetid, args.SetgidArgs> = {
  category: "user",
  args: (m, res) => ({ res, gid: m.id }),
};

export const setsid: Definition<wire.SyscallSetid, args.SetsidArgs> = {
  category: "process",
  args: (_, res) => ({ res }),
};

/** An id that is to be set; -1, an unsigned number on the wire, leaves it as it is. */
const idToSet = (id: number): number => (id === 0xffff_ffff ? -1 : id);

export const setresuid: Definition<wire.SyscallSetresid, args.SetresuidArgs> = {
  category: "user",
  args: (m, res) => ({ res, ruid: idToSet(m.rid), euid: idToSet(m.eid), suid: idToSet(m.sid) }),
};

export const setresgid: Definition<wire.SyscallSetresid, args.SetresgidArgs> = {
  category: "user",
  args: (m, res) => ({ res, rgid: idToSet(m.rid), egid: idToSet(m.eid), sgid: idToSet(m.sid) }),
};

export const prlimit: Definition<wire.SyscallPrlimit64, args.PrlimitArgs> = {
  category: "process",
  args: (m, res) => {
    // Before the call has succeeded, what is to hold the old limits is uninitialized memory of the caller.
    const old = succeeded(res) ? m.oldLimit : undefined;
    return {
      res,
      newcur: m.newLimit?.cur,
      newmax: m.newLimit?.max,
      oldcur: old?.cur,
      oldmax: old?.max,
      pid: m.pid,
      resource: m.resourceNumber,
    };
  },
};

export const ptrace: Definition<wire.SyscallPtrace, args.PtraceArgs> = {
  category: "process",
  args: (m, res) => ({ res, request: m.requestNumber, pid: m.pid }),
};

/** A call that comes as its number and registers. */
export const raw: Definition<wire.SyscallRaw, SyscallArgs> = { category: syscallCategory, args: syscallArgs };
