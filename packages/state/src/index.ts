export type { Descriptor, DescriptorKind, Socket } from "./descriptor.ts";
export type { Credentials, Process, Thread } from "./thread.ts";
export type { Tracked, TrackedEvent } from "./tracked-event.ts";
