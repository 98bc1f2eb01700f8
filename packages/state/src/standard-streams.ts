import type { EventOf, StandardStream } from "@sentrytap/events";
import type { Descriptor } from "./descriptor.ts";
import type { DescriptorTable } from "./descriptor-table.ts";
import { inferDescriptor, namesDescriptor, reconcile } from "./fd-path.ts";
import { ofMode } from "./file-mode.ts";
import { kindOfFamily, withAddress } from "./make-descriptor.ts";

/** A new program's standard streams, where the Sentry tells of them. */
export function standardStreams({ args }: EventOf<"sentry_exec">, table: DescriptorTable): void {
  learn(table, 0, args.stdin);
  learn(table, 1, args.stdout);
  learn(table, 2, args.stderr);
}

function learn(table: DescriptorTable, fd: number, stream: StandardStream | undefined): void {
  if (stream === undefined) return;
  const before = table.get(fd);
  const after = withSocket(withPath(before, stream), stream);
  if (after !== undefined && after !== before) table.set(fd, ofMode(after, stream.mode ?? 0));
}

function withPath(known: Descriptor | undefined, { path = "" }: StandardStream): Descriptor | undefined {
  if (!namesDescriptor(path) || path === known?.fdPath) return known;
  return known === undefined ? inferDescriptor(path) : reconcile(known, path);
}

function withSocket(known: Descriptor | undefined, { socket }: StandardStream): Descriptor | undefined {
  if (socket === undefined) return known;
  const local = known?.socket?.local ?? socket.local;
  const remote = known?.socket?.remote ?? socket.remote;
  const told = withAddress(known, { local, remote });
  return told.kind === "unknown" ? { ...told, kind: kindOfFamily(socket.domain) } : told;
}
