import type * as wire from "@sentrytap/wire";
import { expectTypeOf, test } from "vitest";
import type * as events from "./index.ts";

/** What each type of event has for parameters and message. */
interface Narrowed {
  open: [events.OpenArgs, wire.SyscallOpen];
  openat: [events.OpenArgs, wire.SyscallOpen];
  creat: [events.OpenArgs, wire.SyscallOpen];
  close: [events.CloseArgs, wire.SyscallClose];
  read: [events.TransferArgs, wire.SyscallRead];
  pread: [events.TransferArgs, wire.SyscallRead];
  readv: [events.TransferArgs, wire.SyscallRead];
  preadv: [events.TransferArgs, wire.SyscallRead];
  preadv2: [events.TransferArgs, wire.SyscallRead];
  write: [events.TransferArgs, wire.SyscallWrite];
  pwrite: [events.TransferArgs, wire.SyscallWrite];
  writev: [events.TransferArgs, wire.SyscallWrite];
  pwritev: [events.TransferArgs, wire.SyscallWrite];
  pwritev2: [events.TransferArgs, wire.SyscallWrite];
  execve: [events.ExecveArgs, wire.SyscallExecve | wire.ContainerStart];
  execveat: [events.ExecveArgs, wire.SyscallExecve | wire.ContainerStart];
  clone: [events.CloneArgs, wire.SyscallClone | wire.SentryClone | wire.ContainerStart];
  fork: [events.ForkArgs, wire.SyscallFork];
  vfork: [events.ForkArgs, wire.SyscallFork];
  container_start: [events.ContainerStartArgs, wire.ContainerStart];
  sentry_exec: [events.SentryExecArgs, wire.SentryExec];
  procexit: [events.ProcexitArgs, wire.SentryTaskExit];
  exit_notify_parent: [events.ProcexitArgs, wire.SentryExitNotifyParent];
  socket: [events.SocketArgs, wire.SyscallSocket];
  connect: [events.AddressArgs, wire.SyscallConnect];
  bind: [events.AddressArgs, wire.SyscallBind];
  listen: [events.ListenArgs, wire.SyscallListen];
  accept: [events.AcceptArgs, wire.SyscallAccept];
  accept4: [events.AcceptArgs, wire.SyscallAccept];
  socketpair: [events.SocketpairArgs, wire.SyscallSocketpair];
  pipe: [events.PipeArgs, wire.SyscallPipe];
  pipe2: [events.PipeArgs, wire.SyscallPipe];
  chdir: [events.ChdirArgs, wire.SyscallChdir];
  fchdir: [events.ChdirArgs, wire.SyscallChdir];
  chroot: [events.ChrootArgs, wire.SyscallChroot];
  dup: [events.DupArgs, wire.SyscallDup];
  dup2: [events.DupArgs, wire.SyscallDup];
  dup3: [events.DupArgs, wire.SyscallDup];
  fcntl: [events.FcntlArgs, wire.SyscallFcntl];
  setuid: [events.SetuidArgs, wire.SyscallSetid];
  setgid: [events.SetgidArgs, wire.SyscallSetid];
  setsid: [events.SetsidArgs, wire.SyscallSetid];
  setresuid: [events.SetresuidArgs, wire.SyscallSetresid];
  setresgid: [events.SetresgidArgs, wire.SyscallSetresid];
  prlimit: [events.PrlimitArgs, wire.SyscallPrlimit64];
  ptrace: [events.PtraceArgs, wire.SyscallPtrace];
  mmap: [events.MmapArgs, wire.SyscallMmap];
  sentry_mmap: [events.SentryMmapArgs, wire.SentryMmap];
  signalfd: [events.SignalfdArgs, wire.SyscallSignalfd];
  signalfd4: [events.SignalfdArgs, wire.SyscallSignalfd];
  eventfd: [events.EventfdArgs, wire.SyscallEventfd];
  eventfd2: [events.EventfdArgs, wire.SyscallEventfd];
  timerfd_create: [events.TimerfdCreateArgs, wire.SyscallTimerfdCreate];
  timerfd_settime: [events.TimerfdSettimeArgs, wire.SyscallTimerfdSettime];
  timerfd_gettime: [events.TimerfdGettimeArgs, wire.SyscallTimerfdGettime];
  inotify_init: [events.InotifyInitArgs, wire.SyscallInotifyInit];
  inotify_init1: [events.InotifyInitArgs, wire.SyscallInotifyInit];
  inotify_add_watch: [events.InotifyAddWatchArgs, wire.SyscallInotifyAddWatch];
  inotify_rm_watch: [events.InotifyRmWatchArgs, wire.SyscallInotifyRmWatch];
  syscall: [events.SyscallArgs, wire.SyscallRaw];
  gap: [events.GapArgs, wire.StreamItem];
  sandbox_end: [events.SandboxEndArgs, wire.SandboxEnd];
}

test("every type narrows to its parameters and its message", () => {
  expectTypeOf<{
    [Type in events.EventType]: [events.EventOf<Type>["args"], events.EventOf<Type>["message"]];
  }>().toEqualTypeOf<{ [Type in keyof Narrowed]: Narrowed[Type] }>();
});

declare const event: events.Event;

test("numbers that can pass 2^53 are bigints", () => {
  if (event.type === "prlimit") {
    expectTypeOf(event.args.newcur).toEqualTypeOf<bigint | undefined>();
    expectTypeOf(event.args.resource).toBeNumber();
  }
  if (event.type === "mmap") {
    expectTypeOf(event.args.addr).toBeBigInt();
    expectTypeOf(event.args.offset).toBeNumber();
    // @ts-expect-error: an address is no number
    expectTypeOf(event.args.addr).toBeNumber();
  }
  if (event.type === "fcntl") expectTypeOf(event.args.arg).toBeBigInt();
  if (event.type === "signalfd4") expectTypeOf(event.args.mask).toBeBigInt();
  if (event.type === "timerfd_settime") {
    expectTypeOf(event.args.newValue).toEqualTypeOf<events.TimerSetting | undefined>();
  }
});

/** Parameters of call `Name` that are a number decoded and a bigint raw, or the other way round. */
type Clashing<
  Name extends events.EventType & events.SyscallName,
  Decoded = events.EventOf<Name>["args"],
  Raw = events.SyscallParams<Name>,
> = {
  [Key in keyof Decoded & keyof Raw]: NonNullable<Decoded[Key]> extends number | bigint
    ? NonNullable<Decoded[Key]> extends Raw[Key]
      ? never
      : Key
    : never;
}[keyof Decoded & keyof Raw];

test("a parameter is the same kind of number decoded and raw", () => {
  expectTypeOf<
    { [Name in events.EventType & events.SyscallName]: Clashing<Name> }[events.EventType & events.SyscallName]
  >().toBeNever();
});

test("calls of one schema narrow further", () => {
  if (event.type === "setuid" || event.type === "setgid") {
    // @ts-expect-error: only one of them has a uid
    event.args.uid;
  }
  if (event.type === "setsid") expectTypeOf<keyof typeof event.args>().toEqualTypeOf<"res">();
});

test("what a program is made of narrows to what is known", () => {
  if (event.type !== "sentry_exec") return;
  expectTypeOf(event.args.binary?.ino).toEqualTypeOf<bigint | undefined>();
  expectTypeOf(event.args.stdin?.socket?.remote).toEqualTypeOf<events.SocketAddress | undefined>();
  expectTypeOf(event.args.pipeInput?.processStartTimeNs).toEqualTypeOf<bigint | undefined>();
  // @ts-expect-error: not every session asks for it
  event.args.binary.ino;
});
