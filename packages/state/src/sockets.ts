import { closesOnExec, type EventOf, type SocketAddress } from "@sentrytap/events";
import type { Descriptor } from "./descriptor.ts";
import type { DescriptorTable } from "./descriptor-table.ts";
import type { LiveThread } from "./live-thread.ts";
import { withAddress } from "./make-descriptor.ts";
import { takeEntered, usedDescriptor } from "./used-descriptor.ts";

// The calls that give sockets their addresses. What they return is the descriptor that the event is about.

const einprogress = 115;

/** connect(2). */
export function connected(event: EventOf<"connect">, thread: LiveThread): Descriptor | undefined {
  const table = thread.process.descriptors;
  const { type, args, message } = event;
  const before = usedDescriptor(table, args.fd, event);
  if (event.direction === "enter") {
    thread.entered = { type, fd: args.fd, path: undefined, address: args.addr, descriptor: undefined };
    return before;
  }
  const address = takeEntered(thread, type, message.fdNumber)?.address ?? args.addr;
  if (address === undefined) return before;
  const after = withAddress(
    before,
    isUnspecified(address) ? disconnected : { remote: address, role: "client" },
  );
  // Of an attempt that failed, the event shows where it went; the descriptor is what it was.
  if (!event.failed || event.errno === einprogress) table.set(args.fd, after);
  return after;
}

const disconnected = { remote: undefined, role: undefined };

/** AF_UNSPEC: the socket is to have no peer any more (connect(2)). */
function isUnspecified(address: SocketAddress): boolean {
  return address.family === "other" && address.number === 0;
}

/** bind(2). */
export function bound(event: EventOf<"bind">, table: DescriptorTable): Descriptor | undefined {
  const { fd, addr } = event.args;
  const before = usedDescriptor(table, fd, event);
  if (event.direction === "enter" || event.failed || addr === undefined) return before;
  const after = withAddress(before, { local: addr, role: "server" });
  table.set(fd, after);
  return after;
}

/** The connection that accept(2) or accept4(2) made. */
export function accepted(event: EventOf<"accept" | "accept4">, table: DescriptorTable): Descriptor {
  const { listener, addr, flags } = event.args;
  const listening = usedDescriptor(table, listener, event);
  const made = withAddress(listening, { remote: addr, role: "server" });
  return { ...made, fdPath: undefined, closeOnExec: closesOnExec(flags) };
}
