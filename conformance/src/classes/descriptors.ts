import type { TrackedEvent } from "@sentrytap/state";
import type { Pair } from "../align.ts";
import type { Difference, DifferenceClass } from "../difference.ts";
import { type Entry, entryOf } from "../history.ts";
import { isOf } from "./circumstances.ts";
import { argumentsNamed, descriptorArguments, descriptorFields } from "./field-groups.ts";

const all = [...descriptorFields, ...descriptorArguments, "evt.category"];

/** What is told of the descriptor that an event is about. */
export const descriptorClasses: readonly DifferenceClass[] = [
  {
    id: "accept-result",
    title: "accept",
    shows: "fd.num",
    fields: [...all, "evt.rawres"],
    right: "ours",
    why: "Falco's gVisor engine gives the listening descriptor for the new one, and takes the two ends for each other.",
    explains: ({ pair }) => isOf(pair, "accept", "accept4"),
  },
  {
    id: "unix-name",
    title: "Names of Unix sockets",
    shows: "fd.name",
    fields: ["fd.name", ...argumentsNamed("tuple fd")],
    right: "both",
    why: "We give the path; Falco puts the kernel addresses of both ends before it, which are always 0 here.",
    explains: ({ ours, falco }) => `${falco}` === `${ours}`.replace(/^(\d+\(<u>)?/, "$10->0 "),
  },
  {
    id: "ends-of-socket",
    title: "Which end of a connection is local",
    shows: "fd.rip",
    fields: ["fd.lip", "fd.lport", "fd.rip", "fd.rport"],
    right: "ours",
    why: "Falco asks whether an address is one of the host's interfaces, and takes the server's address for the local one. We go by who connected.",
    explains: ({ pair, field, falco }) =>
      falco === pair.ours.values[field.replace(/[lr](?=ip|port)/, (side) => (side === "l" ? "r" : "l"))],
  },
  {
    id: "protocol",
    title: "fd.l4proto of sockets",
    shows: "fd.l4proto",
    fields: ["fd.l4proto", ...argumentsNamed("fd res oldfd newfd")],
    right: "ours",
    why: "We tell it from the type that the socket was made with. Falco's gVisor engine knows it only after a connect or an accept.",
    explains: ({ pair, ours, falco }) =>
      pair.ours.values["fd.sockfamily"] === "ip" &&
      (falco === "<NA>" || `${falco}` === `${ours}`.replace(/<([46])[tuir]>/, "<$1>")),
  },
  {
    id: "failure-remembered",
    title: "Descriptors of calls that failed",
    shows: "fd.name",
    fields: all,
    right: "ours",
    why: "To Falco's gVisor engine a call that failed returned descriptor 0, and a connect that failed connected (failed-call): it believes that of the number until it is closed.",
    explains: (difference, history) => entriesOf(difference).some((entry) => history.isFromFailure(entry)),
  },
  {
    id: "stale-descriptor",
    title: "Descriptors that stand for something else by now",
    shows: "fd.name",
    fields: all,
    right: "ours",
    why: "A number that was taken by a copy of a descriptor that Falco does not know, or that no point told the closing of, still is to it what it was before.",
    explains: (difference, history) => entriesOf(difference).some((entry) => history.isOld(entry)),
  },
  {
    id: "unknown-descriptor",
    title: "Descriptors that Falco never saw made",
    shows: "fd.name",
    fields: all,
    right: "ours",
    why: "Standard streams, descriptors of before the session, and what calls made that no point reports: gVisor names them whenever they are used.",
    explains: ({ pair }) => isUnknownDescriptor(pair),
  },
];

/**
 * The descriptor that Falco speaks of: the argument's own, or the event's; where the event copies one, also under the
 * number of that.
 */
function entriesOf({ pair, field, falco }: Difference): readonly Entry[] {
  const printed = field.startsWith("argument") ? /^(\d+)\((<.)[^>]*(>.*)\)$/s.exec(`${falco}`) : null;
  const [, number, char, rest] = printed ?? [];
  const entry = printed === null ? entryOf(pair.falco) : { number: Number(number), text: `${char}${rest}` };
  if (entry === undefined) return [];
  const copied = copiedBy(pair.ours.event);
  return copied === undefined ? [entry] : [entry, { ...entry, number: copied }];
}

/** The descriptor that an event copies; `undefined` where it copies none. */
function copiedBy(event: TrackedEvent): number | undefined {
  if (event.type === "fcntl") return event.args.fd;
  return event.type === "dup" || event.type === "dup2" || event.type === "dup3"
    ? event.args.oldfd
    : undefined;
}

/** Falco has no entry for the descriptor: it knows a number, and perhaps guesses a type. */
function isUnknownDescriptor({ falco }: Pair): boolean {
  return entryOf(falco) === undefined && falco["fd.num"] !== undefined;
}
