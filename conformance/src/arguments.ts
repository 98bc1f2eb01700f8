import type { Value } from "./values.ts";

// evt.args is one text; compared is what it says of each argument.

const program = `exe args tid pid ptid cwd fdlimit pgft_maj pgft_min vm_size vm_rss vm_swap comm cgroups`;
const born = `res ${program} flags uid gid vtid vpid pidns_init_start_ts`;
const loaded = `res ${program} env tty vpgid loginuid flags cap_inheritable cap_permitted cap_effective exe_ino
  exe_ino_ctime exe_ino_mtime uid trusted_exepath pgid gid filename`;

/** The arguments of each type of event, in Falco's order (its event table). */
const names: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    open: "fd name flags mode dev ino",
    openat: "fd dirfd name flags mode dev ino",
    creat: "fd name mode dev ino creat_flags",
    close: "res fd",
    read: "res data fd size",
    pread: "res data fd size pos",
    readv: "res size data fd",
    preadv: "res size data fd pos",
    write: "res data fd size",
    pwrite: "res data fd size pos",
    writev: "res data fd size",
    pwritev: "res data fd size pos",
    socket: "fd domain type proto",
    bind: "res addr fd",
    connect: "res tuple fd addr",
    accept: "fd tuple queuepct queuelen queuemax",
    accept4: "fd tuple queuepct queuelen queuemax flags",
    socketpair: "res fd1 fd2 source peer domain type proto",
    pipe: "res fd1 fd2 ino",
    pipe2: "res fd1 fd2 ino flags",
    chdir: "res path",
    fchdir: "res fd",
    chroot: "res path",
    dup: "res oldfd",
    dup2: "res oldfd newfd",
    dup3: "res oldfd newfd flags",
    fcntl: "res fd cmd",
    setuid: "res uid",
    setgid: "res gid",
    setsid: "res",
    setresuid: "res ruid euid suid",
    setresgid: "res rgid egid sgid",
    prlimit: "res newcur newmax oldcur oldmax pid resource",
    mmap: "res vm_size vm_rss vm_swap addr length prot flags fd offset",
    munmap: "res vm_size vm_rss vm_swap addr length",
    eventfd: "res initval flags",
    eventfd2: "res flags initval",
    signalfd: "res fd mask flags",
    signalfd4: "res flags fd mask",
    timerfd_create: "res clockid flags",
    inotify_init: "res flags",
    inotify_init1: "res flags",
    procexit: "status ret sig core",
    clone: born,
    fork: born,
    vfork: born,
    execve: loaded,
    execveat: loaded,
  }).map(([type, list]) => [type, list.split(/\s+/)]),
);

/** The argument `name` as a field of its own. */
export function argumentField(name: string): string {
  return `argument ${name}`;
}

/** What `text`, an `evt.args` of an event of `type`, says of each argument; what is no such list is one argument. */
export function parseArguments(
  type: string,
  text: string,
): readonly (readonly [field: string, value: Value])[] {
  const found: { readonly name: string; readonly start: number; readonly end: number }[] = [];
  let at = 0;
  for (const name of names.get(type) ?? []) {
    const key = `${name}=`;
    const start = at === 0 && text.startsWith(key) ? 0 : text.indexOf(` ${key}`, at);
    if (start < 0) continue;
    const end = start === 0 ? key.length : start + 1 + key.length;
    found.push({ name, start, end });
    at = end;
  }
  if (found[0]?.start !== 0) return text === "" ? [] : [[argumentField("(all)"), text]];
  return found.map(({ name, end }, i) => [argumentField(name), text.slice(end, found[i + 1]?.start)]);
}
