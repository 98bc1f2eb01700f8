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

/** One parameter of an event, as Falco names, prints and compares it. */
export interface Parameter {
  readonly name: string;
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
export function plain(name: string, raw: FieldValue | undefined): Parameter {
  return { name, raw, text: undefined, meaning: "" };
}

/** One with a meaning in words. */
export function named(name: string, raw: number, meaning: Parameter["meaning"]): Parameter {
  return { name, raw, text: undefined, meaning };
}

/** `res`: what the call returned. */
export function result(event: TrackedEvent): Parameter {
  const res = resultOf(event);
  if (res === undefined) return plain("res", undefined);
  return named("res", res, res < 0 ? errnoMeaning(res) : "");
}

function errnoMeaning(negated: number): string {
  return errnoName(-negated) ?? String(-negated);
}

/** A path as the caller gave it; of one that is relative, the meaning is the absolute one. */
export function path(event: TrackedEvent, name: string, value: string, dirfd: number = atFdcwd): Parameter {
  const isRelative = value !== "" && !value.startsWith("/") && event.thread !== undefined;
  return { ...plain(name, value), meaning: isRelative ? () => absolutePath(event, value, dirfd) : "" };
}

/** A descriptor, with what it refers to. */
export function descriptor(event: TrackedEvent, name: string, number: number | undefined): Parameter {
  if (number === undefined) return plain(name, undefined);
  if (number < 0) return named(name, number, errnoMeaning(number));
  const own = number === event.fdNumber ? event.fd : undefined;
  const known = own ?? event.thread?.descriptor(number);
  return known === undefined ? named(name, number, "") : named(name, number, () => describeDescriptor(known));
}

/** The descriptor of a directory, or AT_FDCWD. */
export function directory(event: TrackedEvent, name: string, number: number): Parameter {
  return number === atFdcwd ? named(name, number, "AT_FDCWD") : descriptor(event, name, number);
}

/** Permissions, in octal. */
export function mode(value: number): Parameter {
  return { name: "mode", raw: value, text: value === 0 ? "0" : `0${value.toString(8)}`, meaning: "" };
}

/** The flags of an open. */
export function openFlags(value: number, { arch }: TrackedEvent["sandbox"]): Parameter {
  return named("flags", falcoOpenFlags(value, arch), () => openFlagNames(value, arch));
}

/** The flags of a call that makes a descriptor and has no more to say. */
export function descriptorFlags(value: number): Parameter {
  return named("flags", falcoDescriptorFlags(value), () => descriptorFlagNames(value));
}

/** The flags of pipe2. */
export function pipeFlags(value: number, { arch }: TrackedEvent["sandbox"]): Parameter {
  return named("flags", falcoPipeFlags(value, arch), () => pipeFlagNames(value, arch));
}

/** The protection of a mapping. */
export function protection(value: number): Parameter {
  return named("prot", falcoProtection(value), () => protectionNames(value));
}

/** The flags of a mapping. */
export function mmapFlags(value: number, { arch }: TrackedEvent["sandbox"]): Parameter {
  return named("flags", falcoMmapFlags(value, arch), () => mmapFlagNames(value, arch));
}

/** Of a family with two names, Falco prints both. */
const twoNames: Readonly<Partial<Record<number, string>>> = {
  1: "AF_LOCAL|AF_UNIX",
  16: "AF_ROUTE|AF_NETLINK",
};

/** `domain`: the family of a socket. */
export function socketDomain(value: number): Parameter {
  return named("domain", value, twoNames[value] ?? socketFamilyName(value) ?? "");
}

/** Falco's number for a resource that it does not know. */
const unknownResource = 255;

/** `resource`: what is limited. */
export function resource(value: number): Parameter {
  const name = resourceName(value);
  return named("resource", name === undefined ? unknownResource : value, name ?? "RLIMIT_UNKNOWN");
}

/** The flags of clone(2), and of calls that take some of them. */
export function cloneFlags(name: string, value: number): Parameter {
  return named(name, falcoCloneFlags(value), () => cloneFlagNames(value));
}

/** `cmd`: what fcntl(2) is asked for. */
export function fcntlCommand(value: number): Parameter {
  const { number, name } = falcoFcntlCommand(value);
  return named("cmd", number, name);
}

/** `request`: what ptrace(2) is asked for. */
export function ptraceRequest(value: number, { arch }: TrackedEvent["sandbox"]): Parameter {
  const { number, name } = falcoPtraceRequest(value, arch);
  return named("request", number, name);
}

/** What inotify watches for, which Falco does not tell. */
export function inotifyMask(value: number): Parameter {
  return { ...hexadecimal("mask", value), meaning: () => inotifyMaskNames(value) };
}

/** A user or group; the sandbox's names are not known, but for root's. */
export function owner(name: string, id: number | undefined): Parameter {
  if (id === undefined) return plain(name, undefined);
  if (id === -1 || id === 0xffffffff) return { name, raw: id >>> 0, text: "-1", meaning: "<NONE>" };
  return named(name, id, id === 0 ? "root" : "<NA>");
}

/** An unsigned number in hexadecimal, as Falco prints addresses and masks. */
export function hexadecimal(name: string, value: number | bigint): Parameter {
  return { name, raw: Number(value), text: value.toString(16).toUpperCase(), meaning: "" };
}

/** Strings one behind the other, each ended by a byte that does not print. Falco prints a dot for each such byte. */
export function strings(name: string, values: readonly string[] | undefined): Parameter {
  const raw = (values ?? []).map((value) => `${value}.`).join("");
  const text = raw.replace(/[^ -~]/gu, (character) => ".".repeat(byteLength(character)));
  return { name, raw, text: text || "NULL", meaning: "" };
}

/** A process or thread of the sandbox, with its name where that is known. */
export function processId(name: string, id: number | undefined, comm: string | undefined): Parameter {
  return id === undefined ? plain(name, undefined) : named(name, id, comm ?? "");
}

/** An address as the caller gave it. */
export function socketAddress(name: string, address: SocketAddress | undefined): Parameter {
  return plain(name, address === undefined ? "" : formatSocketAddress(address));
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
