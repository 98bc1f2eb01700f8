/// <reference lib="esnext.disposable" preserve="true" />

import type { Message } from "@sentrytap/wire";
import type { EventEmitter } from "eventemitter3";
import type { AttachEvents, SandboxName } from "./attach-events.ts";

/** How a running sandbox fares. */
export interface SandboxState extends SandboxName {
  /** `waiting`: it could not be attached, and will be tried again. */
  readonly state: "connected" | "attaching" | "waiting";
  /** Whether its session is one that was created here. */
  readonly isOurs: boolean;
}

/** Figures of an attachment since its start. */
export interface AttachStats {
  /** Those that ran at the last look. */
  readonly sandboxes: readonly SandboxState[];
  readonly looks: number;
  /** How often these events came. */
  readonly attached: number;
  readonly seeded: number;
  readonly unseen: number;
  readonly failed: number;
  readonly detached: number;
}

/**
 * Sandboxes that are kept connected. `on`, `once` and `off` are those of `eventemitter3`, for the {@link AttachEvents}; what a
 * listener throws is an uncaught exception.
 */
export interface Attachment extends AsyncDisposable, Pick<EventEmitter<AttachEvents>, "on" | "once" | "off"> {
  /** What a message has to wait for, until what ran before it is known: for `waitFor` of `detect()`. */
  readonly ready: (message: Message) => Promise<unknown> | undefined;
  /** Looks for sandboxes now; resolves when all that were found are attached, or have failed. */
  look(): Promise<void>;
  stats(): AttachStats;
  /**
   * Looks no more, and removes the sessions that were created here, and no others. What cannot be removed is told by `failed`.
   * Detaching again is fine. Disposing does the same.
   */
  detach(): Promise<void>;
}
