import type { Descriptor } from "./descriptor.ts";
import type { DescriptorTable } from "./descriptor-table.ts";
import { inferDescriptor, namesDescriptor, reconcile } from "./fd-path.ts";

/** An event of a call that takes a descriptor. */
interface UsingEvent {
  readonly direction: "enter" | "exit";
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
  if (fd < 0) return undefined;
  const { sockets, coverage } = table.shared;
  const known = table.get(fd);
  // The enter has told already, and text is costly to decode.
  if (known?.fdPath !== undefined && event.direction === "exit" && coverage.closes) return known;
  const { fdPath } = event.message;
  if ((known !== undefined && fdPath === known.fdPath) || !namesDescriptor(fdPath)) return known;
  const told = toldDescriptor(known, sockets.find(fdPath), fdPath);
  table.set(fd, told);
  sockets.note(told);
  return told;
}

/** What `fdPath` names: `socket`, where that is known by this name, or what the table has, if it can be. */
function toldDescriptor(
  known: Descriptor | undefined,
  socket: Descriptor | undefined,
  fdPath: string,
): Descriptor {
  if (socket !== undefined) return { ...socket, closeOnExec: known?.closeOnExec ?? false };
  return known === undefined ? inferDescriptor(fdPath) : reconcile(known, fdPath);
}
