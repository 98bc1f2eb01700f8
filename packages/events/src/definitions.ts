import type * as wire from "@sentrytap/wire";
import type * as event from "./event.ts";
import type { Definition } from "./normalized-event.ts";
import { parseSocketAddress } from "./socket-address.ts";

// One definition for each kind of message: which category its events are of, and which parameters they have.

export const open: Definition<wire.SyscallOpen> = {
  category: "file",
  args: (m, fd): event.OpenArgs => ({
    fd,
    dirfd: m.fdNumber,
    name: m.pathname,
    flags: m.flags,
    mode: m.mode,
  }),
};

export const close: Definition<wire.SyscallClose> = {
  category: "file",
  args: (m, res): event.CloseArgs => ({ res, fd: m.fdNumber }),
};

const transfer = (m: wire.SyscallRead | wire.SyscallWrite, res: number | undefined): event.TransferArgs => ({
  res,
  fd: m.fdNumber,
  size: m.countNumber,
  pos: m.hasOffset ? m.offsetNumber : undefined,
});
export const read: Definition<wire.SyscallRead> = { category: "io-read", args: transfer };
export const write: Definition<wire.SyscallWrite> = { category: "io-write", args: transfer };

export const execve: Definition<wire.SyscallExecve> = {
  category: "process",
  args: (m, res): event.ExecveArgs => {
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
export const firstExecve: Definition<wire.ContainerStart> = {
  category: "process",
  args: (m): event.ExecveArgs => {
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
export const firstClone: Definition<wire.ContainerStart> = {
  category: "process",
  args: (m): event.CloneArgs => ({
    res: 0,
    flags: 0,
    vtid: m.contextData?.threadId,
    vpid: m.contextData?.threadGroupId,
  }),
};

export const containerStart: Definition<wire.ContainerStart> = {
  category: "process",
  args: (m): event.ContainerStartArgs => ({
    id: m.id,
    args: m.args,
    env: m.env,
    cwd: m.cwd,
    terminal: m.terminal,
  }),
};

export const clone: Definition<wire.SyscallClone> = {
  category: "process",
  args: (m, res): event.CloneArgs => ({ res, flags: m.flagsNumber, vtid: undefined, vpid: undefined }),
};

export const cloneInChild: Definition<wire.SentryClone> = {
  category: "process",
  args: (m): event.CloneArgs => ({
    res: 0,
    flags: m.flagsNumber,
    vtid: m.createdThreadId,
    vpid: m.createdThreadGroupId,
  }),
};

export const fork: Definition<wire.SyscallFork> = { category: "process", args: (_, res) => ({ res }) };

const waitStatus = (m: wire.SentryTaskExit | wire.SentryExitNotifyParent): event.ProcexitArgs => ({
  status: m.exitStatus,
  ret: (m.exitStatus >> 8) & 0xff,
  sig: m.exitStatus & 0x7f,
});
export const procexit: Definition<wire.SentryTaskExit> = { category: "process", args: waitStatus };
export const exitNotifyParent: Definition<wire.SentryExitNotifyParent> = {
  category: "process",
  args: waitStatus,
};

export const sentryExec: Definition<wire.SentryExec> = {
  category: "process",
  args: (m): event.SentryExecArgs => ({
    binaryPath: m.binaryPath,
    args: m.argv,
    env: m.env,
    fromMemfd: m.binaryInMemfd,
  }),
};

const address = (m: wire.SyscallConnect | wire.SyscallBind, res: number | undefined): event.AddressArgs => ({
  res,
  fd: Number(m.fd),
  addr: parseSocketAddress(m.address),
});
export const connect: Definition<wire.SyscallConnect> = { category: "net", args: address };
export const bind: Definition<wire.SyscallBind> = { category: "net", args: address };

export const accept: Definition<wire.SyscallAccept> = {
  category: "net",
  // On entry the address is the caller's buffer, not yet filled.
  args: (m, fd): event.AcceptArgs => ({
    fd,
    listener: m.fd,
    addr: fd !== undefined && fd >= 0 ? parseSocketAddress(m.address) : undefined,
    flags: m.flags,
  }),
};

export const socket: Definition<wire.SyscallSocket> = {
  category: "net",
  args: (m, fd): event.SocketArgs => ({ fd, domain: m.domain, type: m.type, proto: m.protocol }),
};

export const pipe: Definition<wire.SyscallPipe> = {
  category: "ipc",
  args: (m, res): event.DescriptorPairArgs => ({ res, fd1: m.reader, fd2: m.writer, flags: m.flags }),
};

export const socketpair: Definition<wire.SyscallSocketpair> = {
  category: "ipc",
  args: (m, res): event.DescriptorPairArgs => ({ res, fd1: m.socket1, fd2: m.socket2, flags: m.type }),
};

export const chdir: Definition<wire.SyscallChdir> = {
  category: "file",
  args: (m, res): event.ChdirArgs => ({ res, path: m.pathname, fd: undefined }),
};

export const fchdir: Definition<wire.SyscallChdir> = {
  category: "file",
  args: (m, res): event.ChdirArgs => ({ res, path: undefined, fd: m.fdNumber }),
};

export const chroot: Definition<wire.SyscallChroot> = {
  category: "file",
  args: (m, res) => ({ res, path: m.pathname }),
};

export const dup: Definition<wire.SyscallDup> = {
  category: "file",
  args: (m, res): event.DupArgs => ({ res, oldfd: m.oldFd, newfd: undefined, flags: 0 }),
};

export const dupTo: Definition<wire.SyscallDup> = {
  category: "file",
  args: (m, res): event.DupArgs => ({ res, oldfd: m.oldFd, newfd: m.newFd, flags: m.flags }),
};

export const fcntl: Definition<wire.SyscallFcntl> = {
  category: "file",
  args: (m, res): event.FcntlArgs => ({ res, fd: m.fd, cmd: m.cmd }),
};

export const setid: Definition<wire.SyscallSetid> = {
  category: "user",
  args: (m, res): event.SetidArgs => ({ res, id: m.id }),
};

export const setresid: Definition<wire.SyscallSetresid> = {
  category: "user",
  args: (m, res): event.SetresidArgs => ({ res, real: m.rid | 0, effective: m.eid | 0, saved: m.sid | 0 }),
};

/** A point without parameters of its own here, under `name`. */
export const other = (name: string): Definition<event.OtherSource> => ({
  category: "other",
  args: (_, res): event.OtherArgs => ({ res, name }),
});
