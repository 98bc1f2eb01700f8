import type { Known } from "../known.ts";
import type { OurEvent } from "../our-events.ts";
import type { Values } from "../values.ts";

/** Events that only one side has, for one cause. */
export type EventClass =
  | (Known & { readonly side: "ours"; explains(event: OurEvent): boolean })
  | (Known & { readonly side: "Falco's"; explains(event: Values): boolean });

const own: ReadonlySet<string> = new Set([
  "container_start",
  "sentry_exec",
  "exit_notify_parent",
  "sandbox_end",
  "gap",
]);

const ignored: ReadonlySet<string> = new Set([
  "timerfd_settime",
  "timerfd_gettime",
  "inotify_add_watch",
  "inotify_rm_watch",
  "preadv2",
  "pwritev2",
]);

/** The longest message that Falco's gVisor engine makes an event of: its arguments have to fit into 64 KiB. */
const longest = 1 << 16;

/** Events that only one of the two has. */
export const eventClasses: readonly EventClass[] = [
  {
    id: "host-users",
    title: "useradded and groupadded",
    side: "Falco's",
    right: "ours",
    why: "Falco tells of users as it first meets them, out of the files of the host, which are not those of the sandbox.",
    explains: (falco) => falco["evt.type"] === "useradded" || falco["evt.type"] === "groupadded",
  },
  {
    id: "own-events",
    title: "Events of gVisor's own, and of ours",
    side: "ours",
    right: "ours",
    why: "container_start, sentry_exec, exit_notify_parent and sandbox_end tell what no system call does; gap tells that something is missing. Falco's gVisor engine has no such events.",
    explains: ({ event }) => own.has(event.type),
  },
  {
    id: "raw-calls",
    title: "Raw system calls",
    side: "ours",
    right: "ours",
    why: "Of the raw points Falco's gVisor engine takes mmap and munmap only.",
    explains: ({ event }) => event.type === "syscall" && !/^(?:mmap|munmap)$/.test(event.args.name),
  },
  {
    id: "ignored-points",
    title: "Points that Falco ignores",
    side: "ours",
    right: "ours",
    why: "Falco's gVisor engine has no events for timerfd_settime, timerfd_gettime, inotify_add_watch, inotify_rm_watch, preadv2 and pwritev2.",
    explains: ({ event }) => ignored.has(event.type),
  },
  {
    id: "long-messages",
    title: "Execs with very long arguments",
    side: "ours",
    right: "ours",
    why: "An event of Falco's is at most 64 KiB long: one that would be longer is lost, and the exec with it.",
    explains: ({ event }) =>
      (event.type === "execve" || event.type === "execveat") && event.args.args.join("").length > longest,
  },
];
