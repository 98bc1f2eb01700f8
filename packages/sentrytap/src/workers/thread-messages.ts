// What the main thread and its workers tell each other: plain data, as a structured clone carries it.
import type { HoldStats } from "@sentrytap/core";
import type { LoadOptions, Matching, PlainAlert, RuleSetStats, RuleSource } from "@sentrytap/rules";
import type { Peer, Share } from "@sentrytap/seqpacket";
import type { Disconnection, ReadingOptions, SandboxCounters, SentryServerStats } from "@sentrytap/server";
import type { TrackStats } from "@sentrytap/state";
import type { Architecture } from "@sentrytap/wire";
import type { LoadedRules } from "../loaded-rules.ts";
import type { PostedError } from "./posted-error.ts";

/** Rules as they are sent: their texts, and how they are loaded. */
export interface PostedRules {
  readonly sources: readonly RuleSource[];
  readonly load: Omit<LoadOptions, "fields" | "containers">;
}

/** What a worker is started with. */
export interface WorkerSetup {
  readonly share: Share;
  readonly rules: PostedRules;
  readonly matching: Matching;
  readonly reading: Omit<ReadingOptions, "allow" | "signal">;
  readonly containers: "auto" | readonly string[] | undefined;
}

/** To a worker. */
export type Command =
  /** So many more deliveries are done with. */
  | { readonly kind: "ack"; readonly count: number }
  | { readonly kind: "replace"; readonly call: number; readonly rules: PostedRules }
  | { readonly kind: "stats"; readonly call: number };

/** From a worker. Deliveries are acknowledged, and come one after the other in the order of what happened. */
export type Report =
  | ({ readonly kind: "ready" } & Loaded)
  /** It could not begin. */
  | { readonly kind: "failed"; readonly error: PostedError }
  | { readonly kind: "delivery"; readonly items: readonly DeliveryItem[] }
  | { readonly kind: "replaced"; readonly call: number; readonly outcome: Replacement }
  | { readonly kind: "stats"; readonly call: number; readonly stats: WorkerFigures }
  /** Its stream has ended, and nothing more will come. */
  | { readonly kind: "ended"; readonly stats: WorkerFigures };

/** What a worker has loaded. */
export interface Loaded {
  readonly loaded: LoadedRules;
  readonly warnings: readonly string[];
}

/** What came of putting rules in the place of others. */
export type Replacement = Loaded | { readonly error: PostedError };

/** What happened to a sandbox, which has a number among those of its worker. */
export type DeliveryItem =
  | { readonly kind: "alerts"; readonly alerts: readonly PostedAlert[] }
  | { readonly kind: "connect"; readonly sandbox: PostedSandbox }
  | {
      readonly kind: "disconnect";
      readonly now: SandboxNow;
      readonly disconnection: Disconnection;
      readonly tables: TrackStats | undefined;
    }
  | { readonly kind: "drop"; readonly now: SandboxNow; readonly dropped: number }
  | {
      readonly kind: "malformed";
      readonly now: SandboxNow;
      readonly count: number;
      readonly error: PostedError;
    }
  | { readonly kind: "error"; readonly error: PostedError; readonly peer: Peer | undefined }
  | {
      readonly kind: "trouble";
      readonly source: string;
      readonly failures: number;
      readonly error: PostedError;
    };

export interface PostedAlert extends PlainAlert {
  readonly sandbox: number;
  /** The sandbox's id at that time. */
  readonly sandboxId: string;
}

export interface PostedSandbox {
  readonly number: number;
  readonly id: string;
  readonly arch: Architecture;
  readonly peer: Peer;
  readonly version: number;
  readonly connectedAt: Date;
}

/** How a sandbox stands. */
export interface SandboxNow {
  readonly number: number;
  readonly id: string;
  readonly identified: boolean;
  readonly counters: SandboxCounters;
}

/** The figures of one worker. */
export interface WorkerFigures {
  readonly server: Omit<SentryServerStats, "sandboxes">;
  readonly sandboxes: readonly SandboxNow[];
  readonly rules: RuleSetStats;
  readonly waiting: HoldStats;
}
