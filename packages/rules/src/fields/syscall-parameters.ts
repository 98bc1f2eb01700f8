import {
  cloneFlagNames,
  type EventOf,
  type SyscallParameter,
  type SyscallValue,
  signalName,
  syscallSignature,
} from "@sentrytap/events";
import type { Tracked } from "@sentrytap/state";
import { falcoNumber } from "./argument-names.ts";
import { resultOf } from "./event-result.ts";
import { fcntlCommand } from "./fcntl-command.ts";
import {
  descriptor,
  descriptorFlags,
  hexadecimal,
  inotifyMask,
  mmapFlags,
  mode,
  named,
  openFlags,
  owner,
  type Parameter,
  pipeFlags,
  protection,
  ptraceRequest,
  resource,
  result,
  socketDomain,
} from "./parameter.ts";
import { falcoCloneFlags } from "./ppm-flags.ts";

// The parameters of calls that come as bare registers. What a pointer points to did not come, so an argument that Falco
// has as a path or as data is absent: a condition on it is false, and does not take an address for a path.

type RawCall = EventOf<"syscall"> & Tracked;

/** The parameters of a call that came as its number and registers, as far as those tell them. */
export function syscallParameters(event: RawCall): Parameter[] {
  const signature = syscallSignature(event.sandbox.arch, event.args.name);
  const params: Readonly<Record<string, number | bigint>> = event.args.params;
  if (signature === undefined) {
    const registers = Object.entries(params).map(([own, value]) => hexadecimal(own, value));
    return resultOf(event) === undefined ? registers : [result(event), ...registers];
  }
  const parameters: Parameter[] = resultOf(event) === undefined ? [] : [outcome(event, signature.result)];
  for (const parameter of signature.parameters) {
    const value = params[parameter.name];
    if (parameter.kind === "pointer" || value === undefined) continue;
    parameters.push(argument(event, parameter, value));
  }
  return parameters;
}

function outcome(event: RawCall, { name, kind }: SyscallValue): Parameter {
  switch (kind) {
    case "fd":
      return descriptor(event, name, resultOf(event));
    case "uid":
    case "gid":
      return owner(name, resultOf(event));
    default:
      return { ...result(event), name };
  }
}

/** AT_FDCWD */
const workingDirectory = -100;

function argument(event: RawCall, parameter: SyscallParameter, value: number | bigint): Parameter {
  const { name, kind } = parameter;
  const call = event.args.name;
  if (typeof value === "bigint") return hexadecimal(name, value);
  const own = ownWay[`${call} ${name}`];
  if (own !== undefined) return own(name, value, event);
  switch (kind) {
    case "dirfd":
      return value === workingDirectory ? named(name, value, "AT_FDCWD") : descriptor(event, name, value);
    case "fd":
      return descriptor(event, name, value);
    case "uid":
    case "gid":
      return owner(name, value);
    case "signal":
      return named(name, value, signalName(value) ?? "");
    case "mode":
      return { ...mode(value), name, meaning: falcoNumber(call, name, value).words };
    default: {
      const { number, words } = falcoNumber(call, name, value);
      return named(name, number, words);
    }
  }
}

type Way = (name: string, value: number, event: RawCall) => Parameter;

const openFlagsWay: Way = (_name, value, { sandbox }) => openFlags(value, sandbox);
const cloneFlagsWay: Way = (name, value) => named(name, falcoCloneFlags(value), cloneFlagNames(value));
const descriptorFlagsWay: Way = (_name, value) => descriptorFlags(value);
const domainWay: Way = (_name, value) => socketDomain(value);
const protectionWay: Way = (_name, value) => protection(value);
const resourceWay: Way = (_name, value) => resource(value);

/** Arguments that have numbers of Falco's own, or words that events know as well. */
const ownWay: Readonly<Record<string, Way>> = {
  "open flags": openFlagsWay,
  "openat flags": openFlagsWay,
  "open_by_handle_at flags": openFlagsWay,
  "clone flags": cloneFlagsWay,
  "unshare flags": cloneFlagsWay,
  "setns nstype": cloneFlagsWay,
  "socket domain": domainWay,
  "socketpair domain": domainWay,
  "fcntl cmd": (_name, value) => fcntlCommand(value),
  "dup3 flags": descriptorFlagsWay,
  "eventfd2 flags": descriptorFlagsWay,
  "signalfd4 flags": descriptorFlagsWay,
  "inotify_init1 flags": descriptorFlagsWay,
  "userfaultfd flags": descriptorFlagsWay,
  "pipe2 flags": (_name, value, { sandbox }) => pipeFlags(value, sandbox),
  "mmap prot": protectionWay,
  "mprotect prot": protectionWay,
  "mmap flags": (_name, value, { sandbox }) => mmapFlags(value, sandbox),
  "ptrace request": (_name, value, { sandbox }) => ptraceRequest(value, sandbox),
  "prlimit resource": resourceWay,
  "getrlimit resource": resourceWay,
  "setrlimit resource": resourceWay,
  "inotify_add_watch mask": (_name, value) => inotifyMask(value),
};
