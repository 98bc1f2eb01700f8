export type { Descriptor, DescriptorKind, Socket } from "./descriptor.ts";
export { parseProcfs } from "./parse-procfs.ts";
export type { ProcfsDescriptor, ProcfsDump, ProcfsProcess } from "./procfs-dump.ts";
export { resolvePath } from "./resolve-path.ts";
export type { Binary, OpenDescriptors, Process, Thread } from "./thread.ts";
export type { TrackStats } from "./thread-table.ts";
export type { Toctou, Tracked, TrackedEvent } from "./tracked-event.ts";
export { createTracker, type Tracker, type TrackOptions, track } from "./tracker.ts";
