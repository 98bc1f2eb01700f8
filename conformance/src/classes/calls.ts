import type { TrackedEvent } from "@sentrytap/state";
import type { DifferenceClass } from "../difference.ts";
import { falcoName } from "../falco-events.ts";
import type { Values } from "../values.ts";
import { failedUnseen, isOf } from "./circumstances.ts";
import { argumentsNamed, descriptorArguments, descriptorFields } from "./field-groups.ts";

/** What is told of a call itself. */
export const callClasses: readonly DifferenceClass[] = [
  {
    id: "event-number",
    title: "evt.num",
    fields: ["evt.num"],
    right: "both",
    why: "Each counts the events that its rules see. Falco has some of its own (useradded, groupadded); we have container_start, sentry_exec, exit_notify_parent, raw system calls and gaps.",
    explains: ({ ours, falco }) => typeof ours === "number" && typeof falco === "number",
  },
  {
    id: "call-variants",
    title: "Names of calls that come in variants",
    fields: ["evt.type"],
    right: "ours",
    why: "Falco's gVisor engine has one name for pipe and pipe2, eventfd and eventfd2, signalfd and signalfd4, inotify_init and inotify_init1, and says vfork for fork. Its kernel drivers have the names that we have.",
    explains: ({ ours, falco }) => typeof ours === "string" && falcoName(ours) === falco,
  },
  {
    id: "variant-flags",
    title: "Flags of calls that come in variants",
    fields: argumentsNamed("flags initval"),
    right: "ours",
    why: "With the name of the older call goes its list of arguments, without the flags of the newer one; of eventfd even the value is missing, and of signalfd4 and inotify_init1 the flags are always 0.",
    explains: ({ pair, falco }) =>
      isOf(pair, "pipe2", "eventfd", "eventfd2", "signalfd4", "inotify_init1") &&
      (falco === null || falco === "0"),
  },
  {
    id: "failed-call",
    title: "Calls that failed",
    shows: "evt.rawres",
    fields: [
      ...["evt.res", "evt.rawres", "evt.failed", "evt.category", "fs.path.name"],
      ...descriptorFields,
      ...descriptorArguments,
      ...argumentsNamed("oldcur oldmax"),
    ],
    right: "ours",
    why: "Falco's gVisor engine reads exit.result, which is 0 for a call that failed, and never exit.errorno: every failure looks like a success that returned 0. Ours is the negated errno, as its kernel drivers report it; a call that failed made no descriptor and has no fs.path.name.",
    explains: ({ pair }) => failedUnseen(pair),
  },
  {
    id: "created-guess",
    title: "Whether an open created its file",
    fields: ["evt.is_open_create"],
    right: "ours",
    why: "Nothing in the stream says so. We are sure where a call with O_CREAT and O_EXCL succeeded, or one with O_TMPFILE. Falco's gVisor engine never is, but for O_DIRECTORY, which it takes for O_TMPFILE.",
    explains: ({ pair, falco }) =>
      falco === true
        ? isTemporaryForFalco(pair.falco)
        : /O_CREAT.*O_EXCL|O_EXCL.*O_CREAT/.test(String(pair.ours.values["argument flags"])),
  },
  {
    id: "directory-flag",
    title: "O_TMPFILE in the flags of directories",
    fields: ["argument flags"],
    right: "ours",
    why: "O_TMPFILE contains the bit of O_DIRECTORY; Falco (its kernel drivers, too) looks for any of its bits, and so finds it in every open of a directory.",
    explains: ({ ours, pair }) => /O_DIRECTORY/.test(String(ours)) && isTemporaryForFalco(pair.falco),
  },
  {
    id: "open-mode",
    title: "Mode of an openat",
    fields: ["argument mode"],
    right: "ours",
    why: "Falco's gVisor engine converts mode and flags of the call in each other's place.",
    explains: ({ pair }) => isOf(pair, "openat"),
  },
  {
    id: "mapping-flags",
    title: "Flags of a mapping",
    shows: "argument flags",
    fields: ["argument flags"],
    right: "ours",
    why: "Falco has numbers of its own for the flags of mmap, which its gVisor engine does not convert to: it prints the names of other flags.",
    explains: ({ pair, ours, falco }) =>
      isOf(pair, "mmap") && /^\d+\(MAP/.test(`${ours}`) && /^\d+\(MAP/.test(`${falco}`),
  },
  {
    id: "no-mapping-descriptor",
    title: "Mappings of no file",
    fields: ["fd.num", "argument fd"],
    right: "ours",
    why: "Falco's gVisor engine has -1 as 4294967295.",
    explains: ({ pair, ours, falco }) =>
      isOf(pair, "mmap") && `${ours}`.startsWith("-1") && `${falco}` === "4294967295",
  },
  {
    id: "address-of-connect",
    title: "The address that connect and bind were given",
    fields: ["argument addr"],
    right: "ours",
    why: "Falco's gVisor engine does not keep it, or only the family of it, of Unix sockets and abstract names too.",
    explains: ({ pair, falco }) =>
      isOf(pair, "connect", "bind") && (falco === "" || falco === "INVALID IPv4" || falco === "INVALID IPv6"),
  },
  {
    id: "clone-flags",
    title: "Flags of a clone in the child",
    shows: "argument flags",
    fields: ["argument flags"],
    right: "ours",
    why: "Falco's gVisor engine leaves them out where a thread is born.",
    explains: ({ pair, falco }) => pair.ours.event.type === "clone" && falco === "0",
  },
  {
    id: "exec-flags",
    title: "Flags of an exec",
    shows: "argument flags",
    fields: ["argument flags"],
    right: "ours",
    why: "They say where the program's file lies: in anonymous memory, in a layer of an overlay. Falco's gVisor engine leaves them 0.",
    explains: ({ pair, ours, falco }) =>
      isOf(pair, "execve", "execveat") && /^\d+\(EXE_/.test(`${ours}`) && falco === "0",
  },
  {
    id: "owner-names",
    title: "Names of users and groups in arguments",
    fields: argumentsNamed("uid gid ruid euid suid rgid egid sgid"),
    right: "ours",
    why: "Falco looks a sandbox's users up in the files of the host.",
    explains: ({ ours, falco }) =>
      /^\d+\(<NA>\)$/.test(`${ours}`) && `${falco}`.startsWith(`${ours}`.slice(0, -5)),
  },
  {
    id: "untold-arguments",
    title: "Arguments that nothing in the stream tells",
    shows: "argument fdlimit",
    fields: argumentsNamed(
      "fdlimit pgft_maj pgft_min vm_size vm_rss vm_swap cgroups vpgid pgid cap_inheritable cap_permitted cap_effective exe_ino exe_ino_ctime exe_ino_mtime pidns_init_start_ts reaper_tid",
    ),
    right: "ours",
    why: "Falco's gVisor engine fills in constants (fdlimit=75000, no memory, no capabilities), and cgroups of its own making; ours have no value: evt.args leaves them out, and the others keep the places that Falco numbers (evt.arg[N]).",
    explains: ({ ours }) => ours === null,
  },
  {
    id: "socketpair-arguments",
    title: "domain, type and proto of a socketpair",
    fields: argumentsNamed("domain type proto"),
    right: "ours",
    why: "The newest schema of Falco has them, its gVisor engine does not fill them in.",
    explains: ({ pair, falco }) => isOf(pair, "socketpair") && falco === null,
  },
  {
    id: "unprintable",
    title: "Characters that are not plain ASCII",
    shows: "fd.name",
    fields: ["fd.name", "fd.filename", "fd.directory", "fs.path.name", ...argumentsNamed("name fd")],
    right: "ours",
    why: "Falco puts a dot for every byte of them, or leaves them out. Ours stay as they are; formatAlertText makes a line with them safe to print.",
    explains: ({ ours, falco }) =>
      falco === `${ours}`.replace(/[^ -~]/gu, "") ||
      falco === `${ours}`.replace(/[^ -~]/gu, (each) => ".".repeat(new TextEncoder().encode(each).length)),
  },
  {
    id: "relative-to-nothing",
    title: "Relative paths of processes without a working directory",
    shows: "fd.name",
    fields: ["fd.name", "fd.directory", "fd.filename", "fs.path.name", ...argumentsNamed("name filename fd")],
    right: "ours",
    why: "Falco's gVisor engine does not know the working directory (working-directory) that a relative path is relative to.",
    explains: ({ pair }) => pair.falco["proc.cwd"] === "" && isRelative(pair.ours.event),
  },
  {
    id: "signalfd-given",
    title: "signalfd of a descriptor that there is",
    shows: "fd.num",
    fields: ["fd.num", "argument res"],
    right: "ours",
    why: "gVisor returns 0 where a signalfd is changed. We say which one was; Falco takes 0 for a new one.",
    explains: ({ pair }) => pair.ours.event.type === "signalfd4" && pair.ours.event.args.fd >= 0,
  },
  {
    id: "unknown-family",
    title: "Families of sockets that Falco does not know",
    fields: ["argument domain"],
    right: "ours",
    why: "It says AF_UNSPEC.",
    explains: ({ falco }) => falco === "0(AF_UNSPEC)",
  },
  {
    id: "process-ids",
    title: "Ids of processes in arguments",
    shows: "argument tid",
    fields: argumentsNamed("tid pid ptid vtid vpid"),
    right: "ours",
    why: "Falco numbers threads over all sandboxes, with ids that appear nowhere else, and does not find the name of thread 1 by its own id. Inside a sandbox the ids are what gVisor reports.",
    explains: ({ field, ours, falco }) =>
      /vtid|vpid/.test(field)
        ? `${falco}` === `${ours}(<NA>)`
        : /^(?:\d{17,}|0|1|-1)(?:\(.*\))?$/.test(`${falco}`),
  },
];

/** Whether the path that a call was given is relative. */
function isRelative(event: TrackedEvent): boolean {
  switch (event.type) {
    case "openat":
      return !event.args.name.startsWith("/");
    case "execve":
      return !event.args.filename.startsWith("/");
    default:
      return false;
  }
}

function isTemporaryForFalco(falco: Values): boolean {
  const flags = String(falco["argument flags"]);
  return /O_DIRECTORY/.test(flags) && /O_TMPFILE/.test(flags);
}
