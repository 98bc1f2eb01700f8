import { TraceError } from "@sentrytap/core";
import type { SourceTrouble } from "./asked-source.ts";
import type { ContainerSource } from "./container-source.ts";
import { localSources } from "./local-sources.ts";
import { createSocketSource } from "./socket-source.ts";

/** Options of {@link createContainers}. */
export interface ContainersOptions {
  /**
   * Who is asked: one after the other, until one knows the container. A path is that of a daemon's socket, as
   * {@link createSocketSource} takes it. Default `auto`: {@link localSources}.
   */
  readonly sources?: "auto" | readonly (ContainerSource | string)[];
  /** How long messages wait for an answer, in milliseconds: 0 to 10,000. Default 500. */
  readonly waitMs?: number;
  /** How long a source may take for an answer, in milliseconds: 10 to 60,000. Default 2000. */
  readonly timeoutMs?: number;
  /** How many containers are kept in mind: 2 to 1,000,000. What was not used for longest is forgotten, about. Default 4096. */
  readonly maxContainers?: number;
  /** Is told of a source that does not answer, or not to the purpose; once a minute of each. Default: nobody. */
  readonly onTrouble?: (trouble: SourceTrouble) => void;
}

/** The options with their defaults. */
export interface ResolvedOptions extends Required<Omit<ContainersOptions, "sources">> {
  readonly sources: readonly ContainerSource[];
}

/** @throws {TraceError} `ERR_INVALID_ARGUMENT` where an option is out of its range. */
export function resolveOptions(options: ContainersOptions): ResolvedOptions {
  const { sources = "auto", onTrouble = () => {} } = options;
  if (sources !== "auto" && !Array.isArray(sources)) {
    throw new TraceError(
      "ERR_INVALID_ARGUMENT",
      `sources must be "auto" or an array of sources and socket paths, and is ${String(sources)}`,
    );
  }
  return {
    sources:
      sources === "auto"
        ? localSources()
        : sources.map((source) => (typeof source === "string" ? createSocketSource(source) : source)),
    waitMs: inRange("waitMs", options.waitMs ?? 500, 0, 10_000),
    timeoutMs: inRange("timeoutMs", options.timeoutMs ?? 2_000, 10, 60_000),
    maxContainers: inRange("maxContainers", options.maxContainers ?? 4_096, 2, 1_000_000),
    onTrouble,
  };
}

function inRange(name: string, value: number, least: number, most: number): number {
  if (value >= least && value <= most) return value;
  throw new TraceError(
    "ERR_INVALID_ARGUMENT",
    `${name} must be ${least} to ${most}, and is ${String(value)}`,
  );
}
