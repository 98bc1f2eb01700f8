// include/uapi/asm-generic/fcntl.h and include/uapi/linux/fcntl.h of Linux.
const names: Readonly<Partial<Record<number, string>>> = {
  0: "F_DUPFD",
  1: "F_GETFD",
  2: "F_SETFD",
  3: "F_GETFL",
  4: "F_SETFL",
  5: "F_GETLK",
  6: "F_SETLK",
  7: "F_SETLKW",
  8: "F_SETOWN",
  9: "F_GETOWN",
  10: "F_SETSIG",
  11: "F_GETSIG",
  15: "F_SETOWN_EX",
  16: "F_GETOWN_EX",
  17: "F_GETOWNER_UIDS",
  36: "F_OFD_GETLK",
  37: "F_OFD_SETLK",
  38: "F_OFD_SETLKW",
  1024: "F_SETLEASE",
  1025: "F_GETLEASE",
  1026: "F_NOTIFY",
  1027: "F_DUPFD_QUERY",
  1028: "F_CREATED_QUERY",
  1029: "F_CANCELLK",
  1030: "F_DUPFD_CLOEXEC",
  1031: "F_SETPIPE_SZ",
  1032: "F_GETPIPE_SZ",
  1033: "F_ADD_SEALS",
  1034: "F_GET_SEALS",
  1035: "F_GET_RW_HINT",
  1036: "F_SET_RW_HINT",
  1037: "F_GET_FILE_RW_HINT",
  1038: "F_SET_FILE_RW_HINT",
};

/** The name of a command of fcntl(2), as `F_DUPFD` for 0; `undefined` where Linux has none of that number. */
export function fcntlCommandName(command: number): string | undefined {
  return names[command];
}
