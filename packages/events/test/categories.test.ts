import { describe, expect, it } from "vitest";
import type { EventCategory } from "../src/event-base.ts";
import { syscallSignature } from "../src/syscall-signature.ts";
import { everyType, type ToldType } from "./every-type.ts";
import { eventsOf } from "./message.ts";

const wanted: Readonly<Partial<Record<EventCategory, string>>> = {
  file: "open openat creat chdir fchdir",
  net: "socket connect bind listen accept accept4",
  ipc: "pipe pipe2 socketpair eventfd eventfd2 inotify_init inotify_init1 inotify_add_watch inotify_rm_watch",
  memory: "mmap sentry_mmap",
  process: `execve execveat clone fork vfork container_start sentry_exec procexit exit_notify_parent chroot setsid
    prlimit ptrace`,
  signal: "signalfd signalfd4",
  time: "timerfd_create timerfd_settime timerfd_gettime",
  user: "setuid setgid setresuid setresgid",
  "io-read": "read pread readv preadv preadv2",
  "io-write": "write pwrite writev pwritev pwritev2",
  "io-other": "close dup dup2 dup3 fcntl",
};
const categories = new Map(
  Object.entries(wanted).flatMap(([category, types]) => types.split(/\s+/).map((type) => [type, category])),
);

describe("the category of each event", () => {
  it.each(Object.entries(everyType))("%s", (type, { message, numbers }) => {
    const fields = message.startsWith("SYSCALL") ? { sysno: BigInt(numbers.x64 ?? 0) } : {};
    expect(eventsOf(message, fields).find((one) => one.type === type)?.category).toBe(categories.get(type));
  });

  it("is that of the call when it comes as a raw one, where Falco has one for that", () => {
    for (const type of Object.keys(everyType) as ToldType[] /* which is what its keys are */) {
      const category = syscallSignature("x64", type)?.category ?? "other";
      if (category !== "other") expect(category, type).toBe(categories.get(type));
    }
  });
});
