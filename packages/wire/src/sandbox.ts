/** CPU architecture of a sandbox: decides which system call a number means. */
export type Architecture = "x64" | "arm64";

/** The architecture of this machine: what a sandbox has unless told otherwise. */
export const hostArchitecture: Architecture = process.arch === "arm64" ? "arm64" : "x64";

/**
 * Where messages come from: one sandbox, as a live connection or as a recording of one. Every message carries the one
 * it belongs to, and the tables of processes and descriptors are kept one set a sandbox.
 */
export interface TracedSandbox {
  /** Names the sandbox to people: the id of its first container once known, else something that tells it apart. */
  readonly id: string;
  /** Nothing in the stream names it, so it is the host's unless set. */
  readonly arch: Architecture;
}
