import type { KnownMessage, Message } from "@sentrytap/wire";
import * as define from "./definitions.ts";
import type { Event } from "./event.ts";
import { type Definition, NormalizedEvent } from "./normalized-event.ts";
import { syscallName } from "./syscall-names.ts";

/**
 * The events that `message` tells of, handed to `emit` in order. Most messages tell of one. `container_start` is followed by
 * a `clone` and an `execve`, so that whoever watches for new processes sees a container's first one too. A message of
 * unknown type tells of none.
 */
export function normalize(message: Message, emit: (event: Event) => void): void {
  switch (message.messageType) {
    case 0:
      return;
    case 1:
      emit(event("container_start", message, define.containerStart));
      emit(event("clone", message, define.firstClone));
      emit(event("execve", message, define.firstExecve));
      return;
    default:
      emit(single(message));
  }
}

function single(m: Exclude<KnownMessage, { messageType: 1 }>): Event {
  switch (m.messageType) {
    case 2: {
      const { createdThreadId: tid, createdThreadGroupId: pid } = m;
      return erase(new NormalizedEvent("clone", m, define.cloneInChild, tid || undefined, pid || undefined));
    }
    case 3:
      return event("sentry_exec", m, define.sentryExec);
    case 4:
      return event("exit_notify_parent", m, define.exitNotifyParent);
    case 5:
      return event("procexit", m, define.procexit);
    case 7:
      return event(named(m, "openat"), m, define.open);
    case 8:
      return event("close", m, define.close);
    case 9:
      return event(named(m, "read"), m, define.read);
    case 10:
      return event("connect", m, define.connect);
    case 11:
      return event(named(m, "execve"), m, define.execve);
    case 12:
      return event("socket", m, define.socket);
    case 13: {
      const name = named(m, "chdir");
      return event(name, m, name === "fchdir" ? define.fchdir : define.chdir);
    }
    case 14:
      return event(named(m, "setuid"), m, define.setid);
    case 15:
      return event(named(m, "setresuid"), m, define.setresid);
    case 17:
      return event(named(m, "pipe2"), m, define.pipe);
    case 18:
      return event("fcntl", m, define.fcntl);
    case 19: {
      const name = named(m, "dup");
      return event(name, m, name === "dup" ? define.dup : define.dupTo);
    }
    case 21:
      return event("chroot", m, define.chroot);
    case 23:
      return event("clone", m, define.clone);
    case 24:
      return event("bind", m, define.bind);
    case 25:
      return event(named(m, "accept"), m, define.accept);
    case 29:
      return event(named(m, "fork"), m, define.fork);
    case 33:
      return event("socketpair", m, define.socketpair);
    case 34:
      return event(named(m, "write"), m, define.write);
    default:
      return event("other", m, define.other(otherName(m)));
  }
}

type WithSysno = Extract<KnownMessage, { readonly sysnoNumber: number }>;

/** The system call that a schema's message is of; `fallback` where its number is none of those the schema serves. */
function named(m: WithSysno, fallback: string): string {
  return syscallName(m.sandbox.arch, m.sysnoNumber) ?? fallback;
}

function otherName(m: KnownMessage): string {
  if ("sysnoNumber" in m) return syscallName(m.sandbox.arch, m.sysnoNumber) ?? `syscall.${m.sysnoNumber}`;
  return m.messageName.replace("MESSAGE_", "").toLowerCase();
}

function event<Source extends KnownMessage>(
  type: string,
  message: Source,
  definition: Definition<Source>,
): Event {
  return erase(new NormalizedEvent(type, message, definition));
}

function erase<Source extends KnownMessage>(made: NormalizedEvent<Source>): Event {
  // The switch above pairs every type with the message and the parameters that its interface names.
  return made as unknown as Event;
}
