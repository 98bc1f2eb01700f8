import type * as wire from "@sentrytap/wire";
import type { Definition } from "../normalized-event.ts";
import type * as args from "./file-args.ts";

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
