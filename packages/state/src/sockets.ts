import { closesOnExec, type EventOf, type SocketAddress } from "@sentrytap/events";
import { addressGiven } from "./caller-memory.ts";
import type { Descriptor } from "./descriptor.ts";
import type { DescriptorTable } from "./descriptor-table.ts";
import type { EventSlots } from "./event-slots.ts";
import type { LiveThread } from "./live-thread.ts";
import { protocolOf, withAddress } from "./make-descriptor.ts";
import { usedDescriptor } from "./used-descriptor.ts";

// The calls that give sockets their addresses. What they return is the descriptor that the event is about.

/** Errors of a connect(2) that goes on all the same. */
const eintr = 4;
const einprogress = 115;

/** connect(2). */
export function connected(
  slots: EventSlots,
  event: EventOf<"connect">,
  thread: LiveThread,
): Descriptor | undefined {
  const table = thread.descriptors;
  const { args } = event;
  const before = usedDescriptor(table, args.fd, event);
  const address = addressGiven(slots, event, thread, args.fd, args.addr);
  if (event.direction === "enter" || address === undefined) return before;
  const after = withAddress(
    before,
    isUnspecified(address) ? disconnected : { remote: address, role: "client" },
  );
  // Of an attempt that failed, the event shows where it went; the descriptor is what it was.
  if (!event.failed || event.errno === einprogress || event.errno === eintr) {
    keep(table, args.fd, after);
  }
  return after;
}

const disconnected = { remote: undefined, role: undefined };

/** AF_UNSPEC: the socket is to have no peer any more (connect(2)). */
function isUnspecified(address: SocketAddress): boolean {
  return address.family === "other" && address.number === 0;
}

/** bind(2). */
export function bound(slots: EventSlots, event: EventOf<"bind">, thread: LiveThread): Descriptor | undefined {
  const table = thread.descriptors;
  const { fd, addr } = event.args;
  const before = usedDescriptor(table, fd, event);
  const address = addressGiven(slots, event, thread, fd, addr);
  if (event.direction === "enter" || event.failed || address === undefined) return before;
  const after = withAddress(before, { local: address, role: "server" });
  keep(table, fd, after);
  return after;
}

/** listen(2). */
export function listens(event: EventOf<"listen">, table: DescriptorTable): Descriptor | undefined {
  const { fd, addr, domain, type } = event.args;
  const before = usedDescriptor(table, fd, event);
  if (event.direction === "enter" || event.failed) return before;
  const told = domain === undefined ? undefined : protocolOf(domain, type ?? 0, 0);
  const after = withAddress(before, {
    protocol: before?.socket?.protocol ?? told,
    local: addr ?? before?.socket?.local,
    role: "server",
    listening: true,
  });
  keep(table, fd, after);
  return after;
}

/** `after` is what is known of the socket `fd` from now on. */
function keep(table: DescriptorTable, fd: number, after: Descriptor): void {
  table.set(fd, after);
  table.shared.sockets.note(after);
}

/** The connection that accept(2) or accept4(2) made. */
export function accepted(event: EventOf<"accept" | "accept4">, table: DescriptorTable): Descriptor {
  const { listener, addr, flags } = event.args;
  const listening = usedDescriptor(table, listener, event);
  return acceptedFrom(listening, addr, flags);
}

/** What accept4(2) of `listening` makes with `flags`, connected to `peer`. */
export function acceptedFrom(
  listening: Descriptor | undefined,
  peer: SocketAddress | undefined,
  flags: number,
): Descriptor {
  const made = withAddress(listening, { remote: peer, role: "server", listening: false });
  return { ...made, fdPath: undefined, closeOnExec: closesOnExec(flags) };
}
