import { type Context, first, returned, Simulation } from "./simulate.ts";

// What the tests of descriptors share.

export const cloexec = 0o2000000;

export function started(): Simulation {
  const box = new Simulation();
  box.start();
  return box;
}

/** `struct sockaddr_in` of `port` on 10.0.0.`last`. */
export function inet(port: number, last = 1): Uint8Array {
  return Uint8Array.of(2, 0, port >> 8, port & 0xff, 10, 0, 0, last, 0, 0, 0, 0, 0, 0, 0, 0);
}

export function read(
  box: Simulation,
  fd: number,
  fdPath = "",
  context: Context = first,
): ReturnType<Simulation["send"]> {
  return box.call("SYSCALL_READ", context, { fd: BigInt(fd), fdPath }, returned(1));
}
