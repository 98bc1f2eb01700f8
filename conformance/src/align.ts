import { falcoName } from "./falco-events.ts";
import type { OurEvent } from "./our-events.ts";
import { fieldOf, type Values } from "./values.ts";

/** One event as both sides have it. */
export interface Pair {
  readonly recording: string;
  readonly ours: OurEvent;
  readonly falco: Values;
}

/** An event of ours; with what Falco says of it, where it has it too. */
export interface Step {
  readonly ours: OurEvent;
  readonly pair: Pair | undefined;
}

/** Events of one recording, side by side. */
export interface Alignment {
  /** All of our events, in order. */
  readonly steps: readonly Step[];
  readonly onlyFalco: readonly Values[];
}

/**
 * Brings together what is one event: same time, type and, where both know it, thread; of several such the first with the
 * first. Where the session collects no times, the order must do.
 */
export function align(recording: string, ours: readonly OurEvent[], falco: readonly Values[]): Alignment {
  const waiting = new Map<string, Values[]>();
  for (const values of falco) {
    const key = keyOf(values);
    const same = waiting.get(key);
    if (same === undefined) waiting.set(key, [values]);
    else same.push(values);
  }
  const steps = ours.map((each): Step => {
    const candidates = waiting.get(keyOf(each.values)) ?? [];
    const found = candidates.findIndex((values) => isSameThread(each, values));
    const [values] = found < 0 ? [] : candidates.splice(found, 1);
    return { ours: each, pair: values && { recording, ours: each, falco: values } };
  });
  return { steps, onlyFalco: [...waiting.values()].flat() };
}

function keyOf(values: Values): string {
  return `${values["evt.rawtime"] ?? 0} ${falcoName(String(values["evt.type"]))}`;
}

function isSameThread({ values, event }: OurEvent, falco: Values): boolean {
  // Falco takes the first thread of every container for thread 1.
  if (event.message.messageName === "MESSAGE_CONTAINER_START") return true;
  const [one, other] = [fieldOf(values, "thread.vtid"), fieldOf(falco, "thread.vtid")];
  return one === null || other === null || one === other;
}
