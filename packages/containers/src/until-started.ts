import { setTimeout as sleep } from "node:timers/promises";
import { pollMs, startWaitMs } from "./limits.ts";

/**
 * Asks until the answer is that of a container that has started, for a second at most; gives the last answer. Who asks does so
 * because a sandbox begins, and a daemon knows that a little later.
 */
export async function untilStarted<T>(
  ask: () => Promise<T>,
  hasStarted: (answer: T) => boolean,
  signal: AbortSignal,
): Promise<T> {
  const until = performance.now() + startWaitMs;
  for (;;) {
    const answer = await ask();
    if (hasStarted(answer) || performance.now() > until) return answer;
    await sleep(pollMs, undefined, { signal });
  }
}
