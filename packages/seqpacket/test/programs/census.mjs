import { readdirSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/** How many descriptors and threads this process has, once they have settled at what is expected or a while has passed. */
export async function census(expected) {
  for (let i = 0; ; i++) {
    const now = {
      descriptors: readdirSync("/proc/self/fd").length,
      threads: readdirSync("/proc/self/task").length,
    };
    const settled = expected === undefined ? i >= 20 : same(now, expected);
    if (settled || i >= 200) return now;
    await delay(20);
  }
}

function same(one, other) {
  return one.descriptors === other.descriptors && one.threads === other.threads;
}
