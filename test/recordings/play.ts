// Plays recordings through the whole pipeline, as a server would hand them on.
import {
  createTracker,
  type EventOf,
  type EventType,
  events,
  type GapArgs,
  pipe,
  readRecording,
  stage,
  type Tracked,
  type TrackedEvent,
  type Tracker,
  track,
} from "sentrytap";
import { traceNames, tracePath } from "../traces/index.ts";

/** The gVisor releases that the recordings were made with. */
export const releases: readonly string[] = ["2022", "2024"];

/** The names of all recordings beside these tests: `spawn.2024` and the like. */
export const names: readonly string[] = traceNames();

/** A tracked event of one type, or of several. */
export type Of<Type extends EventType> = EventOf<Type> & Tracked;

/** All events of a recording, in order. `look` sees each while the tables are as they were right after it. */
export async function play(
  name: string,
  look: (event: TrackedEvent) => void = () => {},
  tracker: Tracker = createTracker(),
): Promise<readonly TrackedEvent[]> {
  const looked = stage("look", (event: TrackedEvent) => {
    look(event);
    return event;
  });
  const played: TrackedEvent[] = [];
  const stream = pipe(readRecording(tracePath(name)), events(), track(tracker), looked);
  for await (const batch of stream) played.push(...batch);
  return played;
}

/** Those of `all` that are of one of `types`. */
export function only<Type extends EventType>(
  all: readonly TrackedEvent[],
  ...types: readonly Type[]
): Of<Type>[] {
  const wanted: ReadonlySet<EventType> = new Set(types);
  // What is of such a type is such an event.
  return all.filter(({ type }) => wanted.has(type)) as unknown as Of<Type>[];
}

/** Likewise, of calls those alone that have returned. */
export function returns<Type extends EventType>(
  all: readonly TrackedEvent[],
  ...types: readonly Type[]
): Of<Type>[] {
  return only(all, ...types).filter(({ direction }) => direction === "exit");
}

/** The events that happened in thread `tid`. */
export function inThread(all: readonly TrackedEvent[], tid: number): TrackedEvent[] {
  return all.filter((event) => event.tid === tid);
}

/** What was found missing, in order. */
export function gapsOf(all: readonly TrackedEvent[]): GapArgs[] {
  return only(all, "gap").map(({ args }) => args);
}

/** The one that there is of something. */
export function sole<T>(found: readonly T[]): T {
  const [one] = found;
  if (one === undefined || found.length > 1) throw new Error(`there are ${found.length} of them`);
  return one;
}
