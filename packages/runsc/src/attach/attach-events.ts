import type { TraceError } from "@sentrytap/core";
import type { EventEmitter } from "eventemitter3";
import type { Replaced } from "./open-session.ts";

/** A sandbox of this machine. */
export interface SandboxName {
  /** The folder in which runsc keeps its state. */
  readonly root: string;
  /** Of its first container. */
  readonly id: string;
  /** Its process. */
  readonly pid: number;
}

/** How a sandbox got its session. */
export interface Attached {
  /**
   * Whose session had to make room: of one who is `gone`, as after a crash; of one of whom it is `unknown`; of one who was `alive`, where
   * `takeOver` is set. `undefined` where there was none.
   */
  readonly replaced: Replaced | undefined;
}

/** What was brought into the tables of what ran in a sandbox before its session. */
export interface Seeded {
  readonly processes: number;
  /** Lines of runsc's answer that were no process. */
  readonly skipped: number;
}

/** What becomes of a sandbox that could not be attached. */
export interface Retry {
  /** How often it has been tried. */
  readonly attempts: number;
  /** When it is tried again, in milliseconds from now; `undefined` where it is connected, and lacks its seed only. */
  readonly retryInMs: number | undefined;
}

/** The events of an attachment, with their listeners. */
export interface AttachEvents {
  /** A running sandbox was given a session. It connects to the server, or has done so. */
  attached: (sandbox: SandboxName, attached: Attached) => void;
  /** What ran in a sandbox before its session is known. */
  seeded: (sandbox: SandboxName, seeded: Seeded) => void;
  /**
   * A sandbox runs and was not connected, though it had begun after us, or had been connected before: what it did meanwhile was not seen.
   * `attached` or `failed` follows.
   */
  unseen: (sandbox: SandboxName) => void;
  /** A sandbox could not be attached, or lacks its seed: see `error`. */
  failed: (sandbox: SandboxName, error: TraceError, retry: Retry) => void;
  /** The session of a sandbox, one that was created by us, is removed. */
  detached: (sandbox: SandboxName) => void;
  /** It could not be looked everywhere. Told once, and again after it could. */
  error: (error: TraceError) => void;
}

/** Tells an event. */
export type Tell = EventEmitter<AttachEvents>["emit"];
