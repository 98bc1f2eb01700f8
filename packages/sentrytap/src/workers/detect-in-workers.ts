import { TraceError } from "@sentrytap/core";
import { spreadSandboxes } from "@sentrytap/server";
import { readSources } from "../rule-files.ts";
import { Arrivals } from "./arrivals.ts";
import { type Arrival, Crew, type CrewSetup } from "./crew.ts";
import { SpreadAlerts } from "./spread-alerts.ts";
import type { PostedRules } from "./thread-messages.ts";
import type { DetectInWorkersOptions, WorkerAlerts, WorkerRules } from "./worker-alerts.ts";

/** What a spread has shares for. */
const maxWorkers = 64;

/**
 * As `createSentryServer` and `detect`, with decoding, tables and rules in worker threads: each sandbox that connects is given to the
 * worker that has the fewest, and stays with it. What comes out is the same, in the same order for each sandbox, but for the
 * events themselves, which stay in the workers. Resolves when all workers take sandboxes.
 *
 * @throws {TraceError} `ERR_RULES` where rules cannot be read or do not load, `ERR_WORKER` where a worker cannot begin,
 * `ERR_INVALID_ARGUMENT`, and as `createSentryServer`. From the iterator: `ERR_WORKER` where a worker died and nobody listens to
 * `error`, or none is left.
 *
 * @example
 * await using alerts = await detectInWorkers({ path: "/run/sentrytap.sock", workers: 2 });
 * alerts.on("error", (error) => console.error(error.message));
 * for await (const alert of alerts) console.log(alert.sandbox.id, alert.output);
 */
export async function detectInWorkers(options: DetectInWorkersOptions): Promise<WorkerAlerts> {
  const { onWarning = () => {}, signal, ...plain } = options;
  const { workers } = plain;
  if (!Number.isInteger(workers) || workers < 1 || workers > maxWorkers) {
    throw new TraceError(
      "ERR_INVALID_ARGUMENT",
      `workers must be a whole number from 1 to ${maxWorkers}, and is ${String(workers)}`,
    );
  }
  signal?.throwIfAborted();
  checkPlain(plain);
  checkContainers(options.containers);
  const given = rulesOf(options);
  const readRules = async (other: WorkerRules = {}): Promise<PostedRules> => {
    checkPlain(other);
    const { rules, ...load } = { ...given, ...other };
    return { sources: await readSources(rules), load };
  };
  const rules = await readRules();
  const spread = await spreadSandboxes(socketOf(options));
  const arrivals = new Arrivals<Arrival>();
  const crew = new Crew(spread, setupOf(options), rules, arrivals);
  try {
    const loaded = await crew.start(workers);
    signal?.throwIfAborted();
    return new SpreadAlerts({ spread, crew, arrivals, loaded, readRules, onWarning, signal });
  } catch (error) {
    await spread.close();
    await crew.terminate();
    throw error;
  }
}

/** @throws {TraceError} `ERR_INVALID_ARGUMENT` where it cannot go to a thread: types alone do not keep out a function. */
function checkPlain(options: object): void {
  for (const [name, value] of Object.entries(options)) {
    try {
      structuredClone(value);
    } catch (cause) {
      const why = "no function, and no object with a life of its own, can go to a worker";
      throw new TraceError("ERR_INVALID_ARGUMENT", `${name} must be plain data: ${why}`, { cause });
    }
  }
}

/** @throws {TraceError} `ERR_INVALID_ARGUMENT` where it names nobody to ask: told here, a mistake does not end a worker. */
function checkContainers(containers: DetectInWorkersOptions["containers"] = "auto"): void {
  if (containers === "auto") return;
  if (Array.isArray(containers) && containers.every((socket) => typeof socket === "string")) return;
  throw new TraceError(
    "ERR_INVALID_ARGUMENT",
    `containers must be "auto" or an array of socket paths, and is ${String(containers)}`,
  );
}

function rulesOf(options: DetectInWorkersOptions): WorkerRules {
  const { path, mode, maxConnections, arch, maxMessageSize, handshakeTimeoutMs, signal, ...rest } = options;
  const { workers, matching, containers, onWarning, ...rules } = rest;
  return rules;
}

function socketOf({
  path,
  mode,
  maxConnections,
}: DetectInWorkersOptions): Parameters<typeof spreadSandboxes>[0] {
  return {
    path,
    ...(mode !== undefined && { mode }),
    ...(maxConnections !== undefined && { maxConnections }),
  };
}

function setupOf(options: DetectInWorkersOptions): CrewSetup {
  const { arch, maxMessageSize, handshakeTimeoutMs, matching = "first", containers } = options;
  const reading = {
    ...(arch !== undefined && { arch }),
    ...(maxMessageSize !== undefined && { maxMessageSize }),
    ...(handshakeTimeoutMs !== undefined && { handshakeTimeoutMs }),
  };
  return { reading, matching, containers };
}
