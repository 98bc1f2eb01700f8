import type { Pair } from "../align.ts";
import type { Values } from "../values.ts";

// What an event is, as far as several classes ask.

/** Whether the event is of one of `types`. */
export function isOf(pair: Pair, ...types: readonly string[]): boolean {
  return types.includes(String(pair.ours.values["evt.type"]));
}

/** Whether the event is the exit of a call that failed, which Falco takes for a success. */
export function failedUnseen({ ours, falco }: Pair): boolean {
  return ours.event.failed && falco["evt.failed"] === false;
}

/** The path that an exec was called with; `undefined` where the event is none, or failed. */
export function executedPath(pair: Pair): string | undefined {
  const { event } = pair.ours;
  return (event.type === "execve" || event.type === "execveat") && !event.failed
    ? event.args.filename
    : undefined;
}

/** Whether the event is the first of a new thread, in the thread itself. */
export function isBirth({ ours }: Pair): boolean {
  return ours.event.message.messageName === "MESSAGE_SENTRY_CLONE";
}

/** Whether the event tells of a container's start. */
export function isStart({ ours }: Pair): boolean {
  return ours.event.message.messageName === "MESSAGE_CONTAINER_START";
}

/** Whether Falco never heard of the event's thread before, and knows nothing of it. */
export function isUnknownToFalco(falco: Values): boolean {
  return falco["proc.name"] === "<NA>" && falco["proc.exe"] === "<NA>";
}
