import type { Event } from "@sentrytap/events";
import type { Descriptor } from "./descriptor.ts";
import type { DescriptorTable } from "./descriptor-table.ts";
import { inferDescriptor, namesDescriptor, reconcile } from "./fd-path.ts";

/** An event of a call that takes a descriptor. */
interface UsingEvent {
  readonly direction: Event["direction"];
  readonly message: { readonly fdPath: string };
}

/**
 * The descriptor `fd` that `event` uses, from the table. Where the event has gVisor's own name for it, the table learns
 * from that: of descriptors whose making was not seen, and of those that are not what the table has.
 */
export function usedDescriptor(
  table: DescriptorTable,
  fd: number,
  event: UsingEvent,
): Descriptor | undefined {
  const known = table.get(fd);
  if (isSettled(known, table, event.direction)) return known;
  return toldDescriptor(table, fd, known, event.message.fdPath);
}

/**
 * Whether an event of `direction` that uses the descriptor that the table has as `known` can add nothing to that. Asked before
 * {@link toldDescriptor}: the enter has told already, and text is costly to decode.
 */
export function isSettled(
  known: Descriptor | undefined,
  table: DescriptorTable,
  direction: Event["direction"],
): boolean {
  return known?.fdPath !== undefined && direction === "exit" && table.shared.coverage.closes;
}

/** The descriptor `fd`, which the table has as `known`, and gVisor calls `fdPath` now. */
export function toldDescriptor(
  table: DescriptorTable,
  fd: number,
  known: Descriptor | undefined,
  fdPath: string,
): Descriptor | undefined {
  if (fd < 0) return undefined;
  if ((known !== undefined && fdPath === known.fdPath) || !namesDescriptor(fdPath)) return known;
  const { sockets } = table.shared;
  const told = mendedDescriptor(known, sockets.find(fdPath), fdPath);
  table.set(fd, told);
  sockets.note(told);
  return told;
}

/** What `fdPath` names: `socket`, where that is known by this name, or what the table has, if it can be. */
function mendedDescriptor(
  known: Descriptor | undefined,
  socket: Descriptor | undefined,
  fdPath: string,
): Descriptor {
  if (socket !== undefined) return { ...socket, closeOnExec: known?.closeOnExec ?? false };
  return known === undefined ? inferDescriptor(fdPath) : reconcile(known, fdPath);
}
