import type { EventOf, EventType } from "@sentrytap/events";
import type { Tracked } from "@sentrytap/state";
import { resultOf } from "./event-result.ts";
import {
  descriptor,
  descriptorFlags,
  hexadecimal,
  mmapFlags,
  type Parameter,
  plain,
  protection,
  ptraceRequest,
  resource,
  result,
} from "./parameter.ts";

// The parameters of the calls about limits, memory, and descriptors of what has no name.

type On<Type extends EventType> = EventOf<Type> & Tracked;

/** A call that made a descriptor: `res` is that. */
function madeDescriptor(event: On<EventType>): Parameter {
  return descriptor(event, "res", resultOf(event));
}

/** Falco has limits signed: none at all is -1. Where there was nothing to read, it has 0. */
function limit(name: string, value: bigint | undefined): Parameter {
  return plain(name, value === undefined ? 0 : Number(BigInt.asIntN(64, value)));
}

export function prlimit(event: On<"prlimit">): Parameter[] {
  const { newcur, newmax, oldcur, oldmax, pid, resource: limited } = event.args;
  const old = event.failed
    ? [plain("oldcur", -1), plain("oldmax", -1)]
    : [limit("oldcur", oldcur), limit("oldmax", oldmax)];
  return [
    result(event),
    limit("newcur", newcur),
    limit("newmax", newmax),
    ...old,
    plain("pid", pid),
    resource(limited),
  ];
}

/** What is asked and of whom; gVisor does not tell of address and data. */
export function ptrace(event: On<"ptrace">): Parameter[] {
  const { request, pid } = event.args;
  return [
    result(event),
    plain("addr", undefined),
    plain("data", undefined),
    ptraceRequest(request, event.sandbox),
    plain("pid", pid),
  ];
}

export function mmap(event: On<"mmap">): Parameter[] {
  const { addr, length, prot, flags, fd, offset } = event.args;
  return [
    result(event),
    plain("vm_size", 0),
    plain("vm_rss", 0),
    plain("vm_swap", 0),
    hexadecimal("addr", addr),
    plain("length", length),
    protection(prot),
    mmapFlags(flags, event.sandbox),
    descriptor(event, "fd", fd),
    plain("offset", offset),
  ];
}

export function signalfd(event: On<"signalfd" | "signalfd4">): Parameter[] {
  const { fd, mask, flags } = event.args;
  const res = madeDescriptor(event);
  const given = descriptor(event, "fd", fd);
  // Falco has room for the first 32 signals.
  const signals = hexadecimal("mask", BigInt.asUintN(32, mask));
  return event.type === "signalfd"
    ? [res, given, signals, hexadecimal("flags", flags)]
    : [res, descriptorFlags(flags), given, signals];
}

export function eventfd(event: On<"eventfd" | "eventfd2">): Parameter[] {
  const { initval, flags } = event.args;
  const res = madeDescriptor(event);
  return event.type === "eventfd"
    ? [res, plain("initval", initval), hexadecimal("flags", flags)]
    : [res, descriptorFlags(flags), plain("initval", initval)];
}

export function timerfdCreate(event: On<"timerfd_create">): Parameter[] {
  const { clockid, flags } = event.args;
  return [madeDescriptor(event), plain("clockid", clockid), hexadecimal("flags", flags)];
}

export function inotifyInit(event: On<"inotify_init" | "inotify_init1">): Parameter[] {
  const { flags } = event.args;
  return event.type === "inotify_init"
    ? [madeDescriptor(event), hexadecimal("flags", flags)]
    : [madeDescriptor(event), descriptorFlags(flags)];
}
