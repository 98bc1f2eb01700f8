import type * as wire from "@sentrytap/wire";
import { type Definition, succeeded } from "../normalized-event.ts";
import type * as args from "./process-args.ts";

export const execve: Definition<wire.SyscallExecve, args.ExecveArgs> = {
  category: "process",
  args: (m, res) => {
    const [exe, ...args] = m.argv;
    return {
      res,
      exe,
      args,
      filename: m.pathname,
      dirfd: undefined,
      dirfdPath: undefined,
      env: m.envv,
      flags: 0,
    };
  },
};

export const execveat: Definition<wire.SyscallExecve, args.ExecveArgs> = {
  category: "process",
  args: (m, res) => ({
    ...execve.args(m, res),
    dirfd: m.fdNumber,
    dirfdPath: m.fdPath || undefined,
    flags: m.flags,
  }),
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
const withoutCaller = { stack: undefined, tls: undefined, childTid: undefined };

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
      childTid: (flags & cloneParentSettid) !== 0 && succeeded(res) ? m.newTidNumber : undefined,
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
