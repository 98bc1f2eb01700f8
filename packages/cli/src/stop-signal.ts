/** Signals with which a command is asked to stop. */
const signals = ["SIGINT", "SIGTERM"] as const;

/**
 * Runs `work` with a signal that aborts on SIGINT or SIGTERM, so that it can stop in order. A second one ends the process
 * as if nobody had listened.
 */
export async function untilStopped<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (): void => {
    for (const name of signals) process.off(name, stop);
    controller.abort();
  };
  for (const name of signals) process.on(name, stop);
  try {
    return await work(controller.signal);
  } finally {
    for (const name of signals) process.off(name, stop);
  }
}

/** Has `stop` run once `signal` is aborted. What it rejects with is told by whoever closes the same again. */
export function onStop(signal: AbortSignal, stop: () => Promise<void>): void {
  const begin = (): void => void stop().catch(() => undefined);
  if (signal.aborted) begin();
  else signal.addEventListener("abort", begin, { once: true });
}
