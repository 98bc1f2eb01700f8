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

/** The parameter `name` of a call that came as its number and registers; `undefined` where those do not tell it. */
export function syscallParameter(event: RawCall, name: string): Parameter | undefined {
  const signature = syscallSignature(event.sandbox.arch, event.args.name);
  if (signature === undefined) return registerOf(event, name);
  if (name === signature.result.name && resultOf(event) !== undefined)
    return outcome(event, signature.result);
  const parameter = signature.parameters.find((each) => each.name === name);
  if (parameter === undefined || parameter.kind === "pointer") return undefined;
  const params: Readonly<Record<string, number | bigint>> = event.args.params;
  const value = params[name];
  return value === undefined ? undefined : argument(event, parameter, value);
}

/** The names of all parameters of the call `name`, those that it does not tell among them. */
export function syscallParameterNames({ sandbox, args }: RawCall): readonly string[] {
  const signature = syscallSignature(sandbox.arch, args.name);
  return signature === undefined
    ? ["res", ...Object.keys(args.params)]
    : [signature.result.name, ...signature.parameters.map(({ name }) => name)];
}

/** A register of a call that nobody knows. */
function registerOf(event: RawCall, name: string): Parameter | undefined {
  if (name === "res") return result(event);
  const params: Readonly<Record<string, number | bigint>> = event.args.params;
  const value = Object.hasOwn(params, name) ? params[name] : undefined;
  return value === undefined ? undefined : hexadecimal(value);
}

function outcome(event: RawCall, { kind }: SyscallValue): Parameter | undefined {
  switch (kind) {
    case "fd":
      return descriptor(event, resultOf(event));
    case "uid":
    case "gid":
      return owner(resultOf(event));
    default:
      return result(event);
  }
}

function argument(event: RawCall, parameter: SyscallParameter, value: number | bigint): Parameter {
  const { name, kind } = parameter;
  const call = event.args.name;
  if (typeof value === "bigint") return hexadecimal(value);
  const own = ownWay[`${call} ${name}`];
  if (own !== undefined) return own(value, event.sandbox);
  switch (kind) {
    case "dirfd":
      return directory(event, value);
    case "fd":
      return descriptor(event, value);
    case "uid":
    case "gid":
      return owner(value);
    case "signal":
      return named(value, signalName(value) ?? "");
    case "mode":
      return { ...mode(value), meaning: falcoNumber(call, name, value).words };
    default: {
      const { number, words } = falcoNumber(call, name, value);
      return named(number, words);
    }
  }
}

type Way = (value: number, sandbox: RawCall["sandbox"]) => Parameter;

/** Arguments that have numbers of Falco's own, or words that events know as well. */
const ownWay: Readonly<Record<string, Way>> = {
  "open flags": openFlags,
  "openat flags": openFlags,
  "open_by_handle_at flags": openFlags,
  "clone flags": cloneFlags,
  "unshare flags": cloneFlags,
  "setns nstype": cloneFlags,
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
