// The words that Falco has for the arguments of calls that come as bare registers, over the numbers that those really
// carry (the manual page of each call). A name without a number has the next one: one more, or the next bit.

/** Arguments that are one of several numbers. */
const enumerations: Readonly<Record<string, string>> = {
  "bpf cmd": `
    BPF_MAP_CREATE=0 BPF_MAP_LOOKUP_ELEM BPF_MAP_UPDATE_ELEM BPF_MAP_DELETE_ELEM BPF_MAP_GET_NEXT_KEY
    BPF_PROG_LOAD BPF_OBJ_PIN BPF_OBJ_GET BPF_PROG_ATTACH BPF_PROG_DETACH BPF_PROG_TEST_RUN
    BPF_PROG_GET_NEXT_ID BPF_MAP_GET_NEXT_ID BPF_PROG_GET_FD_BY_ID BPF_MAP_GET_FD_BY_ID
    BPF_OBJ_GET_INFO_BY_FD BPF_PROG_QUERY BPF_RAW_TRACEPOINT_OPEN BPF_BTF_LOAD BPF_BTF_GET_FD_BY_ID
    BPF_TASK_FD_QUERY BPF_MAP_LOOKUP_AND_DELETE_ELEM BPF_MAP_FREEZE BPF_BTF_GET_NEXT_ID
    BPF_MAP_LOOKUP_BATCH BPF_MAP_LOOKUP_AND_DELETE_BATCH BPF_MAP_UPDATE_BATCH BPF_MAP_DELETE_BATCH
    BPF_LINK_CREATE BPF_LINK_UPDATE BPF_LINK_GET_FD_BY_ID BPF_LINK_GET_NEXT_ID BPF_ENABLE_STATS
    BPF_ITER_CREATE BPF_LINK_DETACH BPF_PROG_BIND_MAP`,
  "fsconfig cmd": `
    FSCONFIG_SET_FLAG=0 FSCONFIG_SET_STRING FSCONFIG_SET_BINARY FSCONFIG_SET_PATH FSCONFIG_SET_PATH_EMPTY
    FSCONFIG_SET_FD FSCONFIG_CMD_CREATE FSCONFIG_CMD_RECONFIGURE`,
  "io_uring_register opcode": `
    IORING_REGISTER_BUFFERS=0 IORING_UNREGISTER_BUFFERS IORING_REGISTER_FILES IORING_UNREGISTER_FILES
    IORING_REGISTER_EVENTFD IORING_UNREGISTER_EVENTFD IORING_REGISTER_FILES_UPDATE
    IORING_REGISTER_EVENTFD_ASYNC IORING_REGISTER_PROBE IORING_REGISTER_PERSONALITY
    IORING_UNREGISTER_PERSONALITY IORING_REGISTER_RESTRICTIONS IORING_REGISTER_ENABLE_RINGS
    IORING_REGISTER_FILES2 IORING_REGISTER_FILES_UPDATE2 IORING_REGISTER_BUFFERS2
    IORING_REGISTER_BUFFERS_UPDATE IORING_REGISTER_IOWQ_AFF IORING_UNREGISTER_IOWQ_AFF
    IORING_REGISTER_IOWQ_MAX_WORKERS IORING_REGISTER_RING_FDS IORING_UNREGISTER_RING_FDS`,
  "lseek whence": "SEEK_SET=0 SEEK_CUR SEEK_END",
  "prctl option": `
    PR_GET_DUMPABLE=3 PR_SET_DUMPABLE PR_GET_KEEPCAPS=7 PR_SET_KEEPCAPS PR_SET_NAME=15 PR_GET_NAME
    PR_GET_SECCOMP=21 PR_SET_SECCOMP PR_CAPBSET_READ PR_CAPBSET_DROP PR_GET_SECUREBITS=27
    PR_SET_SECUREBITS PR_MCE_KILL=33 PR_SET_MM=35 PR_SET_CHILD_SUBREAPER PR_GET_CHILD_SUBREAPER
    PR_SET_NO_NEW_PRIVS PR_GET_NO_NEW_PRIVS PR_GET_TID_ADDRESS PR_SET_THP_DISABLE PR_GET_THP_DISABLE
    PR_CAP_AMBIENT=47`,
  "shutdown how": "SHUT_RD=0 SHUT_WR SHUT_RDWR",
};

const permissions = `
  S_IXOTH=1 S_IWOTH S_IROTH S_IXGRP S_IWGRP S_IRGRP S_IXUSR S_IWUSR S_IRUSR S_ISVTX S_ISGID S_ISUID`;
const closeOnExecAndNonblock = "O_NONBLOCK=0x800 O_CLOEXEC=0x80000";

/** Arguments that are bits. */
const flags: Readonly<Record<string, string>> = {
  "access mode": "F_OK=0 X_OK=1 W_OK R_OK",
  "chmod mode": permissions,
  "delete_module flags": "O_TRUNC=0x200 O_NONBLOCK=0x800",
  "epoll_create1 flags": "EPOLL_CLOEXEC=0x80000",
  "fchmod mode": permissions,
  "fchmodat mode": permissions,
  "fchownat flags": "AT_SYMLINK_NOFOLLOW=0x100 AT_EMPTY_PATH=0x1000",
  "finit_module flags":
    "MODULE_INIT_IGNORE_MODVERSIONS=1 MODULE_INIT_IGNORE_VERMAGIC MODULE_INIT_COMPRESSED_FILE",
  "flock operation": "LOCK_SH=1 LOCK_EX LOCK_NB LOCK_UN",
  "io_uring_enter flags": `
    IORING_ENTER_GETEVENTS=1 IORING_ENTER_SQ_WAKEUP IORING_ENTER_SQ_WAIT IORING_ENTER_EXT_ARG`,
  "linkat flags": "AT_SYMLINK_FOLLOW=0x400 AT_EMPTY_PATH=0x1000",
  "memfd_create flags": "MFD_CLOEXEC=1 MFD_ALLOW_SEALING MFD_HUGETLB",
  "mlock2 flags": "MLOCK_ONFAULT=1",
  "mlockall flags": "MCL_CURRENT=1 MCL_FUTURE MCL_ONFAULT",
  "mount flags": `
    RDONLY=1 NOSUID NODEV NOEXEC SYNCHRONOUS REMOUNT MANDLOCK DIRSYNC NOATIME=0x400 NODIRATIME BIND MOVE
    REC SILENT POSIXACL UNBINDABLE PRIVATE SLAVE SHARED RELATIME KERNMOUNT I_VERSION STRICTATIME LAZYTIME
    NOSEC=0x10000000 BORN ACTIVE NOUSER`,
  "newfstatat flags": "AT_SYMLINK_NOFOLLOW=0x100 AT_NO_AUTOMOUNT=0x800 AT_EMPTY_PATH",
  "pidfd_open flags": "PIDFD_NONBLOCK=0x800",
  "renameat2 flags": "RENAME_NOREPLACE=1 RENAME_EXCHANGE RENAME_WHITEOUT",
  "semget semflg": "IPC_CREAT=0x200 IPC_EXCL",
  "splice flags": "SPLICE_F_MOVE=1 SPLICE_F_NONBLOCK SPLICE_F_MORE SPLICE_F_GIFT",
  "umount2 flags": "FORCE=1 DETACH EXPIRE NOFOLLOW",
  "unlinkat flags": "AT_REMOVEDIR=0x200",
  "userfaultfd flags": closeOnExecAndNonblock,
};

type Named = readonly (readonly [name: string, value: number])[];

const parsed = new Map<string, Named>();

/** The names in `text`; `next` says which number follows one. */
function parse(text: string, next: (value: number) => number): Named {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  let value = 0;
  const names = text
    .trim()
    .split(/\s+/)
    .map((word): [string, number] => {
      const [name = "", number] = word.split("=");
      value = number === undefined ? next(value) : Number(number);
      return [name, value];
    });
  parsed.set(text, names);
  return names;
}

/**
 * What `value`, the argument `parameter` of `call`, means in Falco's words: `MFD_CLOEXEC|MFD_ALLOW_SEALING`. Empty where
 * there is no word for it.
 */
export function argumentMeaning(call: string, parameter: string, value: number): string {
  const key = `${call} ${parameter}`;
  const enumeration = enumerations[key];
  if (enumeration !== undefined) {
    return parse(enumeration, (last) => last + 1).find(([, number]) => number === value)?.[0] ?? "";
  }
  const bits = flags[key];
  if (bits === undefined) return "";
  return parse(bits, (last) => last * 2)
    .filter(([, bit]) => (bit === 0 ? value === 0 : (value & bit) !== 0))
    .map(([name]) => name)
    .join("|");
}
