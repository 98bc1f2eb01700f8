import type { SourceTrouble } from "@sentrytap/containers";
import type { Disconnection, Sandbox, SentryServerEvents } from "@sentrytap/server";
import type { TrackStats } from "@sentrytap/state";

/** How a connection ended, and what had been kept of its sandbox. */
export interface WorkerDisconnection extends Disconnection {
  /** Figures of the tables of threads and descriptors; `undefined` where there were none, or the worker died. */
  readonly tables: TrackStats | undefined;
}

/**
 * The events of {@link WorkerAlerts}, with their listeners: those of the servers in all workers, as the alerts are read, and for
 * each sandbox in the order of its alerts.
 */
export interface WorkersEvents extends Omit<SentryServerEvents, "disconnect" | "error"> {
  /** A sandbox is gone, or the stream has ended, or its worker has died; after its last alert. */
  disconnect: (sandbox: Sandbox, disconnection: WorkerDisconnection) => void;
  /**
   * As a server's: peers were turned away. And with code `ERR_WORKER`: a worker died, the sandboxes that it watched are
   * disconnected and run on unwatched, and another worker takes its place. Where nobody listens, that one is thrown.
   */
  error: (...told: Parameters<SentryServerEvents["error"]>) => void;
  /** A source of containers does not answer, or not to the purpose; once a minute of each source and worker. */
  trouble: (trouble: SourceTrouble) => void;
}
