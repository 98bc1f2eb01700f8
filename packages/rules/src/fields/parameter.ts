import {
  cloneFlagNames,
  descriptorFlagNames,
  errnoName,
  inotifyMaskNames,
  mmapFlagNames,
  openFlagNames,
  pipeFlagNames,
  protectionNames,
  resourceName,
  type SocketAddress,
  socketFamilyName,
} from "@sentrytap/events";
import type { TrackedEvent } from "@sentrytap/state";
import { absolutePath, atFdcwd } from "./absolute-path.ts";
import { describeDescriptor } from "./describe-descriptor.ts";
import { resultOf } from "./event-result.ts";
import type { FieldValue } from "./field.ts";
import {
  falcoCloneFlags,
  falcoDescriptorFlags,
  falcoFcntlCommand,
  falcoMmapFlags,
  falcoOpenFlags,
  falcoPipeFlags,
  falcoProtection,
  falcoPtraceRequest,
} from "./ppm-flags.ts";
import { byteLength } from "./process-text.ts";

/** The value of one parameter of an event, as Falco prints and compares it. */
export interface Parameter {
  /** What `evt.rawarg` compares. */
  readonly raw: FieldValue | undefined;
  /** The value as `evt.args` prints it, where that is not how JavaScript does. */
  readonly text: string | undefined;
  /** What it means, in words, as `evt.arg` prints it; empty where the value says it all. Asked for seldom. */
  readonly meaning: string | (() => string);
}

/** The value of a parameter as text. */
export function textOf({ text, raw }: Parameter): string {
  return text ?? (raw === undefined ? "" : String(raw));
}

/** What a parameter means, in words. */
export function meaningOf({ meaning }: Parameter): string {
  return typeof meaning === "string" ? meaning : meaning();
}

/** One that is its value and no more. */
export function plain(raw: FieldValue): Parameter {
  return { raw, text: undefined, meaning: "" };
}

/** One that is a value where there is one. */
export function known(raw: FieldValue | undefined): Parameter | undefined {
  return raw === undefined ? undefined : plain(raw);
}

/** One with a meaning in words. */
export function named(raw: number, meaning: Parameter["meaning"]): Parameter {
  return { raw, text: undefined, meaning };
}

/** `res`: what the call returned. */
export function result(event: TrackedEvent): Parameter | undefined {
  const res = resultOf(event);
  return res === undefined ? undefined : named(res, res < 0 ? errnoMeaning(res) : "");
}

function errnoMeaning(negated: number): string {
  return errnoName(-negated) ?? String(-negated);
}

/** A path as the caller gave it; of one that is relative, the meaning is the absolute one. */
export function path(event: TrackedEvent, value: string, dirfd: number = atFdcwd): Parameter {
  const isRelative = value !== "" && !value.startsWith("/") && event.thread !== undefined;
  return { ...plain(value), meaning: isRelative ? () => absolutePath(event, value, dirfd) : "" };
}

/** A descriptor, with what it refers to. */
export function descriptor(event: TrackedEvent, number: number): Parameter;
export function descriptor(event: TrackedEvent, number: number | undefined): Parameter | undefined;
export function descriptor(event: TrackedEvent, number: number | undefined): Parameter | undefined {
  if (number === undefined) return undefined;
  if (number < 0) return named(number, errnoMeaning(number));
  const own = number === event.fdNumber ? event.fd : undefined;
  const open = own ?? event.thread?.descriptor(number);
  return named(number, open === undefined ? "" : () => describeDescriptor(open));
}

/** The descriptor of a directory, or AT_FDCWD. */
export function directory(event: TrackedEvent, number: number): Parameter {
  return number === atFdcwd ? named(number, "AT_FDCWD") : descriptor(event, number);
}

/** Permissions, in octal. */
export function mode(value: number): Parameter {
  return { raw: value, text: value === 0 ? "0" : `0${value.toString(8)}`, meaning: "" };
}

/** Flags that were seen, by architecture: most opens have one of few, and rules ask for them again and again. */
const seenFlags: Readonly<Record<TrackedEvent["sandbox"]["arch"], Map<number, Parameter>>> = {
  x64: new Map(),
  arm64: new Map(),
};

/** A sandbox can pass any: no more are kept. */
const maxSeenFlags = 256;

/** The flags of an open. */
export function openFlags(value: number, { arch }: TrackedEvent["sandbox"]): Parameter {
  const seen = seenFlags[arch];
  let flags = seen.get(value);
  if (flags === undefined) {
    flags = named(falcoOpenFlags(value, arch), openFlagNames(value, arch));
    if (seen.size < maxSeenFlags) seen.set(value, flags);
  }
  return flags;
}

/** The flags of a call that makes a descriptor and has no more to say. */
export function descriptorFlags(value: number): Parameter {
  return named(falcoDescriptorFlags(value), () => descriptorFlagNames(value));
}

/** The flags of pipe2. */
export function pipeFlags(value: number, { arch }: TrackedEvent["sandbox"]): Parameter {
  return named(falcoPipeFlags(value, arch), () => pipeFlagNames(value, arch));
}

/** The protection of a mapping. */
export function protection(value: number): Parameter {
  return named(falcoProtection(value), () => protectionNames(value));
}

/** The flags of a mapping. */
export function mmapFlags(value: number, { arch }: TrackedEvent["sandbox"]): Parameter {
  return named(falcoMmapFlags(value, arch), () => mmapFlagNames(value, arch));
}

/** Of a family with two names, Falco prints both. */
const twoNames: Readonly<Partial<Record<number, string>>> = {
  1: "AF_LOCAL|AF_UNIX",
  16: "AF_ROUTE|AF_NETLINK",
};

/** `domain`: the family of a socket. */
export function socketDomain(value: number): Parameter {
  return named(value, twoNames[value] ?? socketFamilyName(value) ?? "");
}

/** Falco's number for a resource that it does not know. */
const unknownResource = 255;

/** `resource`: what is limited. */
export function resource(value: number): Parameter {
  const name = resourceName(value);
  return named(name === undefined ? unknownResource : value, name ?? "RLIMIT_UNKNOWN");
}

/** The flags of clone(2), and of calls that take some of them. */
export function cloneFlags(value: number): Parameter {
  return named(falcoCloneFlags(value), () => cloneFlagNames(value));
}

/** `cmd`: what fcntl(2) is asked for. */
export function fcntlCommand(value: number): Parameter {
  const { number, name } = falcoFcntlCommand(value);
  return named(number, name);
}

/** `request`: what ptrace(2) is asked for. */
export function ptraceRequest(value: number, { arch }: TrackedEvent["sandbox"]): Parameter {
  const { number, name } = falcoPtraceRequest(value, arch);
  return named(number, name);
}

/** What inotify watches for, which Falco does not tell. */
export function inotifyMask(value: number): Parameter {
  return { ...hexadecimal(value), meaning: () => inotifyMaskNames(value) };
}

/** A user or group; the sandbox's names are not known, but for root's. */
export function owner(id: number): Parameter;
export function owner(id: number | undefined): Parameter | undefined;
export function owner(id: number | undefined): Parameter | undefined {
  if (id === undefined) return undefined;
  if (id === -1 || id === 0xffffffff) return { raw: id >>> 0, text: "-1", meaning: "<NONE>" };
  return named(id, id === 0 ? "root" : "<NA>");
}

/** An unsigned number in hexadecimal, as Falco prints addresses and masks. */
export function hexadecimal(value: number | bigint): Parameter {
  return { raw: Number(value), text: value.toString(16).toUpperCase(), meaning: "" };
}

/** Strings one behind the other, each ended by a byte that does not print. Falco prints a dot for each such byte. */
export function strings(values: readonly string[] | undefined): Parameter {
  const raw = (values ?? []).map((value) => `${value}.`).join("");
  const text = raw.replace(/[^ -~]/gu, (character) => ".".repeat(byteLength(character)));
  return { raw, text: text || "NULL", meaning: "" };
}

/** A process or thread of the sandbox, with its name where that is known. */
export function processId(id: number | undefined, comm: string | undefined): Parameter | undefined {
  return id === undefined ? undefined : named(id, comm ?? "");
}

/** An address as the caller gave it. */
export function socketAddress(address: SocketAddress | undefined): Parameter {
  return plain(address === undefined ? "" : formatSocketAddress(address));
}

function formatSocketAddress(address: SocketAddress): string {
  switch (address.family) {
    case "ipv4":
    case "ipv6":
      return `${address.ip}:${address.port}`;
    case "unix":
      return address.path;
    case "netlink":
    case "packet":
    case "other":
      return "";
  }
}
