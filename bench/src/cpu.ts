import type { Packets } from "./packets.ts";

/** Microseconds of CPU that all threads of this process have used since `begin`; without it, since the process began. */
export function cpuUsSince(begin?: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begin);
  return user + system;
}

/**
 * Nanoseconds of CPU that a message takes, and what is collected of its garbage meanwhile: `pass` goes over `packets` again and
 * again until `roundMs` of CPU are used.
 */
export async function cpuNsOfMessage(
  pass: (packets: Packets) => Promise<void> | number | void,
  packets: Packets,
  roundMs: number,
): Promise<number> {
  const begin = process.cpuUsage();
  let messages = 0;
  let usedUs = 0;
  while (usedUs < roundMs * 1000) {
    await pass(packets);
    messages += packets.count;
    usedUs = cpuUsSince(begin);
  }
  return (usedUs * 1000) / messages;
}
