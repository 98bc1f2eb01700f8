import type { ContainerMetadata } from "@sentrytap/rules";

/** Somebody who can be asked of containers: a daemon, a database, a file. */
export interface ContainerSource {
  /** What it is called where its troubles are told of and its figures listed. */
  readonly name: string;
  /**
   * What it knows of the container with that id: 1 to 128 letters, digits and `_.-`, the first of them a letter or digit. A
   * sandbox may have made it up. Resolves to `undefined` where it knows none; rejects where it cannot tell.
   *
   * @param signal - aborted when nobody waits for the answer any more.
   */
  find(id: string, signal: AbortSignal): Promise<ContainerMetadata | undefined>;
  /** Ends its connections. */
  close?(): void;
}
