import { resultOf } from "./event-result.ts";
import {
  descriptor,
  descriptorFlags,
  directory,
  fcntlCommand,
  known,
  mode,
  openFlags,
  type Parameter,
  path,
  plain,
  result,
} from "./parameter.ts";
import type { On, ParameterReaders } from "./parameter-readers.ts";

// The parameters of calls about files and descriptors.

type Open = On<"open">;
type Transfer = On<"read"> | On<"write">;

const opened = {
  fd: (event: Open) => descriptor(event, event.args.fd),
  name: (event: Open) => path(event, event.args.name, event.args.dirfd),
  mode: (event: Open) => mode(event.args.mode),
  dev: () => plain(0),
  ino: () => plain(0),
};

const opens = { ...opened, flags: ({ message, sandbox }: Open) => openFlags(message.flags, sandbox) };

/** What is read and written is not in the stream. */
const noData: Parameter = { raw: undefined, text: "NULL", meaning: "" };

const transferred = {
  res: result,
  data: () => noData,
  fd: (event: Transfer) => descriptor(event, event.args.fd),
  size: ({ args }: Transfer) => plain(args.size),
};

const transferredAt = { ...transferred, pos: ({ args }: Transfer) => known(args.pos) };

const { res, data, fd, size, pos } = transferredAt;

const duplicated = {
  res: (event: On<"dup">) => descriptor(event, resultOf(event)),
  oldfd: (event: On<"dup">) => descriptor(event, event.args.oldfd),
};

const duplicatedTo = {
  ...duplicated,
  newfd: (event: On<"dup">) => descriptor(event, event.args.newfd),
};

export const fileParameters: ParameterReaders<
  | ("open" | "openat" | "creat" | "close" | "chdir" | "fchdir" | "chroot")
  | ("read" | "pread" | "readv" | "preadv" | "preadv2")
  | ("write" | "pwrite" | "writev" | "pwritev" | "pwritev2")
  | ("dup" | "dup2" | "dup3" | "fcntl")
> = {
  open: opens,
  openat: { ...opens, dirfd: (event) => directory(event, event.args.dirfd) },
  creat: { ...opened, name: (event) => path(event, event.args.name), creat_flags: () => plain(0) },
  close: { res: result, fd: (event) => descriptor(event, event.args.fd) },
  read: transferred,
  pread: transferredAt,
  readv: transferred,
  preadv: transferredAt,
  preadv2: { res, size, data, fd, pos },
  write: transferred,
  pwrite: transferredAt,
  writev: transferred,
  pwritev: transferredAt,
  pwritev2: transferredAt,
  chdir: { res: result, path: ({ args }) => plain(args.path ?? "") },
  fchdir: { res: result, fd: (event) => descriptor(event, event.args.fd) },
  chroot: { res: result, path: newRoot },
  dup: duplicated,
  dup2: duplicatedTo,
  dup3: { ...duplicatedTo, flags: ({ args }) => descriptorFlags(args.flags) },
  fcntl: {
    res: (event) => descriptor(event, resultOf(event)),
    fd: (event) => descriptor(event, event.args.fd),
    cmd: ({ args }) => fcntlCommand(args.cmd),
  },
};

/** The path of a chroot(2); what it means is the root that the process has since. */
function newRoot(event: On<"chroot">): Parameter {
  const given = event.args.path;
  const root = event.failed ? undefined : event.thread?.process.root;
  const isRelative = given !== "" && !given.startsWith("/") && root !== undefined;
  return isRelative ? { ...plain(given), meaning: root } : path(event, given);
}
