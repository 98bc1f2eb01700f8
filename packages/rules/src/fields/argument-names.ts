import { words } from "../words.ts";

// The words that Falco has for the arguments of calls that come as bare registers, over the numbers that those really
// carry (the manual page of each call). A name without a number has the next one: one more, or the next bit. Where Falco
// has a number of its own, it stands behind a colon. In Falco's order.

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
  "semctl cmd": `
    IPC_STAT=2:0x1 IPC_SET=1:0x2 IPC_RMID=0:0x4 IPC_INFO=3:0x8 SEM_INFO=19:0x10 SEM_STAT=18:0x20 GETALL=13:0x40
    GETNCNT=14:0x80 GETPID=11:0x100 GETVAL=12:0x200 GETZCNT=15:0x400 SETALL=17:0x800 SETVAL=16:0x1000`,
  "shutdown how": "SHUT_RD=0 SHUT_WR SHUT_RDWR",
};

const permissions = `
  S_IXOTH=1 S_IWOTH S_IROTH S_IXGRP S_IWGRP S_IRGRP S_IXUSR S_IWUSR S_IRUSR S_ISVTX S_ISGID S_ISUID`;

/** Arguments that are bits. */
const flags: Readonly<Record<string, string>> = {
  "access mode": "F_OK=0 R_OK=4 W_OK=2 X_OK=1",
  "chmod mode": permissions,
  "delete_module flags": "O_NONBLOCK=0x800:2 O_TRUNC=0x200:1",
  "epoll_create1 flags": "EPOLL_CLOEXEC=0x80000:1",
  "fchmod mode": permissions,
  "fchmodat mode": permissions,
  "fchownat flags": "AT_SYMLINK_NOFOLLOW=0x100 AT_EMPTY_PATH=0x1000",
  "finit_module flags":
    "MODULE_INIT_IGNORE_MODVERSIONS=1 MODULE_INIT_IGNORE_VERMAGIC MODULE_INIT_COMPRESSED_FILE",
  "flock operation": "LOCK_SH=1 LOCK_EX LOCK_NB LOCK_UN LOCK_NONE=0",
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
  "newfstatat flags": "AT_EMPTY_PATH=0x1000 AT_NO_AUTOMOUNT=0x800 AT_SYMLINK_NOFOLLOW=0x100",
  "pidfd_open flags": "PIDFD_NONBLOCK=0x800:1",
  "renameat2 flags": "RENAME_NOREPLACE=1 RENAME_EXCHANGE RENAME_WHITEOUT",
  "semget semflg": "IPC_EXCL=0x400:0x4000 IPC_CREAT=0x200:0x2000",
  "splice flags": "SPLICE_F_MOVE=1 SPLICE_F_NONBLOCK SPLICE_F_MORE SPLICE_F_GIFT",
  "umount2 flags": "FORCE=1 DETACH EXPIRE NOFOLLOW",
  "unlinkat flags": "AT_REMOVEDIR=0x200",
};

interface Word {
  readonly name: string;
  /** The number that the call takes. */
  readonly linux: number;
  /** The number that Falco prints and compares. */
  readonly falco: number;
}

const parsed = new Map<string, readonly Word[]>();

/** The words in `text`; `next` says which number follows one. */
function parse(text: string, next: (linux: number) => number): readonly Word[] {
  let found = parsed.get(text);
  if (found === undefined) {
    let linux = 0;
    found = words(text).map((word): Word => {
      const [name = "", own, falco] = word.split(/[=:]/);
      linux = own === undefined ? next(linux) : Number(own);
      return { name, linux, falco: falco === undefined ? linux : Number(falco) };
    });
    parsed.set(text, found);
  }
  return found;
}

/** A number as Falco has it. */
export interface FalcoNumber {
  readonly number: number;
  /** What it means, as `MFD_CLOEXEC|MFD_ALLOW_SEALING`; empty where there is no word for it. */
  readonly words: string;
}

/** What `value`, the argument `parameter` of `call`, is to Falco. */
export function falcoNumber(call: string, parameter: string, value: number): FalcoNumber {
  const key = `${call} ${parameter}`;
  const enumeration = enumerations[key];
  if (enumeration !== undefined) {
    const word = parse(enumeration, (last) => last + 1).find(({ linux }) => linux === value);
    return { number: word?.falco ?? value, words: word?.name ?? "" };
  }
  const bits = flags[key];
  return bits === undefined
    ? { number: value, words: "" }
    : flagsOf(
        value,
        parse(bits, (last) => last * 2),
      );
}

/** The bits that have no word stay as they are. */
function flagsOf(value: number, table: readonly Word[]): FalcoNumber {
  const set = table.filter(({ linux }) => (linux === 0 ? value === 0 : (value & linux) !== 0));
  let number = value;
  for (const { linux } of set) number &= ~linux;
  for (const { falco } of set) number |= falco;
  return { number: number >>> 0, words: set.map(({ name }) => name).join("|") };
}
