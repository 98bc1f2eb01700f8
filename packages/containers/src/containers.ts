import type { ContainerLookup } from "@sentrytap/rules";
import type { StreamItem } from "@sentrytap/wire";
import type { SourceStats } from "./asked-source.ts";

/** What connects to a server: a `runsc`, whose command line the kernel tells. */
export interface ConnectingSandbox {
  readonly peer: { readonly cmdline: readonly string[] };
}

/** Figures of {@link Containers}. */
export interface ContainersStats {
  /** Containers of which something is known now. */
  readonly known: number;
  /** Asks under way. */
  readonly asking: number;
  /** Containers that were asked for, each as often as it was. */
  readonly asks: number;
  /** Of those, how many some source knew. */
  readonly found: number;
  /** Asks that were not made, because a sandbox, or all together, named too many containers. */
  readonly refused: number;
  readonly sources: readonly SourceStats[];
}

/** What is known of containers beside what their sandboxes say. */
export interface Containers extends AsyncDisposable {
  /**
   * What is known of the container with that id, at once. Of one that nobody asked for yet, the sources are asked from then on.
   * For the option `containers` of rules. Needs no `this`.
   */
  readonly lookup: ContainerLookup;
  /**
   * Asks for the container of a message, where it is the first that names it or tells of its start. The promise is fulfilled when
   * the answer is there, or `waitMs` later; `undefined` where there is nothing to wait for. For the option `waitFor` of `detect`.
   * Needs no `this`.
   */
  readonly ready: (message: StreamItem) => Promise<void> | undefined;
  /**
   * Asks for the container that the command line of a sandbox's `runsc` names, before its first message. For the event `connect` of
   * a server. Needs no `this`.
   *
   * @example
   * server.on("connect", containers.connected);
   */
  readonly connected: (sandbox: ConnectingSandbox) => void;
  stats(): ContainersStats;
  /** Ends all asks and all connections to sources. What is known stays; nothing is asked any more. */
  close(): Promise<void>;
}
