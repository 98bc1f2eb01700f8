import type * as wire from "@sentrytap/wire";
import { type Definition, succeeded } from "../normalized-event.ts";
import type * as args from "./special-fd-args.ts";
import { nanoseconds } from "./timespec.ts";

// The pair is read from the caller's memory, which holds it once they have succeeded.
export const pipe: Definition<wire.SyscallPipe, args.PipeArgs> = {
  category: "ipc",
  args: (m, res) => {
    const made = succeeded(res);
    return { res, fd1: made ? m.reader : undefined, fd2: made ? m.writer : undefined, flags: m.flags };
  },
};

export const signalfd: Definition<wire.SyscallSignalfd, args.SignalfdArgs> = {
  category: "signal",
  args: (m, res) => ({ res, fd: m.fd, mask: m.sigset, flags: m.flags }),
};

export const eventfd: Definition<wire.SyscallEventfd, args.EventfdArgs> = {
  category: "ipc",
  // Unsigned (eventfd(2)), and signed on the wire.
  args: (m, res) => ({ res, initval: m.val >>> 0, flags: m.flags }),
};

export const timerfdCreate: Definition<wire.SyscallTimerfdCreate, args.TimerfdCreateArgs> = {
  category: "time",
  args: (m, res) => ({ res, clockid: m.clockId, flags: m.flags }),
};

function timerSetting(view: wire.ItimerSpecView | undefined): args.TimerSetting | undefined {
  return view && { valueNs: nanoseconds(view.value) ?? 0n, intervalNs: nanoseconds(view.interval) ?? 0n };
}

export const timerfdSettime: Definition<wire.SyscallTimerfdSettime, args.TimerfdSettimeArgs> = {
  category: "time",
  args: (m, res) => ({
    res,
    fd: m.fd,
    flags: m.flags,
    newValue: timerSetting(m.newValue),
    oldValue: succeeded(res) ? timerSetting(m.oldValue) : undefined,
  }),
};

export const timerfdGettime: Definition<wire.SyscallTimerfdGettime, args.TimerfdGettimeArgs> = {
  category: "time",
  args: (m, res) => ({ res, fd: m.fd, currValue: succeeded(res) ? timerSetting(m.curValue) : undefined }),
};

export const inotifyInit: Definition<wire.SyscallInotifyInit, args.InotifyInitArgs> = {
  category: "ipc",
  args: (m, res) => ({ res, flags: m.flags }),
};

export const inotifyAddWatch: Definition<wire.SyscallInotifyAddWatch, args.InotifyAddWatchArgs> = {
  category: "ipc",
  args: (m, res) => ({ res, fd: m.fd, pathname: m.pathname, mask: m.mask }),
};

export const inotifyRmWatch: Definition<wire.SyscallInotifyRmWatch, args.InotifyRmWatchArgs> = {
  category: "ipc",
  args: (m, res) => ({ res, fd: m.fd, wd: m.wd }),
};
