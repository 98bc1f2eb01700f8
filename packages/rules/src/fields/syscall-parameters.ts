import {
  type EventOf,
  type SyscallParameter,
  type SyscallValue,
  signalName,
  syscallSignature,
} from "@sentrytap/events";
import type { Tracked } from "@sentrytap/state";
import { falcoNumber } from "./argument-names.ts";
import { resultOf } from "./event-result.ts";
import {
  cloneFlags,
  descriptor,
  descriptorFlags,
  directory,
  fcntlCommand,
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

function argument(event: RawCall, parameter: SyscallParameter, value: number | bigint): Parameter {
  const { name, kind } = parameter;
  const call = event.args.name;
  if (typeof value === "bigint") return hexadecimal(name, value);
  const own = ownWay[`${call} ${name}`];
  if (own !== undefined) return own(value, event.sandbox, name);
  switch (kind) {
    case "dirfd":
      return directory(event, name, value);
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

type Way = (value: number, sandbox: RawCall["sandbox"], name: string) => Parameter;

const someCloneFlags: Way = (value, _sandbox, name) => cloneFlags(name, value);

/** Arguments that have numbers of Falco's own, or words that events know as well. */
const ownWay: Readonly<Record<string, Way>> = {
  "open flags": openFlags,
  "openat flags": openFlags,
  "open_by_handle_at flags": openFlags,
  "clone flags": someCloneFlags,
  "unshare flags": someCloneFlags,
  "setns nstype": someCloneFlags,
  "socket domain": socketDomain,
  "socketpair domain": socketDomain,
  "fcntl cmd": fcntlCommand,
  "dup3 flags": descriptorFlags,
  "eventfd2 flags": descriptorFlags,
  "signalfd4 flags": descriptorFlags,
  "inotify_init1 flags": descriptorFlags,
  "userfaultfd flags": descriptorFlags,
  "pipe2 flags": pipeFlags,
  "mmap prot": protection,
  "mprotect prot": protection,
  "mmap flags": mmapFlags,
  "ptrace request": ptraceRequest,
  "prlimit resource": resource,
  "getrlimit resource": resource,
  "setrlimit resource": resource,
  "inotify_add_watch mask": inotifyMask,
};
