import type { ContainerMetadata } from "@sentrytap/rules";
import { containerOfPeer } from "@sentrytap/runsc";
import type { StreamItem, TracedSandbox } from "@sentrytap/wire";
import { Allowance } from "./allowance.ts";
import { AskedSource } from "./asked-source.ts";
import { isContainerId } from "./container-id.ts";
import type { ConnectingSandbox, Containers, ContainersStats } from "./containers.ts";
import { type ContainersOptions, resolveOptions } from "./options.ts";
import { RecentMap } from "./recent-map.ts";
import { Turns } from "./turns.ts";

/**
 * Asks sources what they know of the containers of sandboxes: once for each container, outside of the way of the events, several
 * at once and not too many. Without options the daemons of this machine are asked that are there: Docker, Podman, containerd, CRI-O.
 *
 * @throws {TraceError} `ERR_INVALID_ARGUMENT` where an option is out of its range.
 *
 * @example
 * await using containers = createContainers();
 * server.on("connect", containers.connected);
 * const rules = await loadRuleFiles(["rules.yaml"], { containers: containers.lookup });
 * for await (const alert of detect(server, { rules, waitFor: [containers.ready] })) console.log(alert.output);
 */
export function createContainers(options: ContainersOptions = {}): Containers {
  return new AskedContainers(options);
}

/** Containers that are asked for at once. */
const atOnce = 8;

/** How many more can wait for their turn. */
const room = 1_000;

/** How much is kept of what was told of all containers, in characters. */
const maxSize = 32 * 1024 * 1024;

/** What can be asked because of connections, in all: whoever can open the server's socket can make them. */
const ofConnections = [1_000, 100] as const;

/** How long, in milliseconds, one that no source knew is not asked for again. */
const unknownMs = 10_000;

/** How long, in milliseconds, an answer is as good as new when the container starts: later it was started again. */
const freshMs = 5_000;

/** What one sandbox can make us ask: a pod has few containers. */
const ofSandbox = [32, 1] as const;

/** What ids can that rules met and no message named first, in all sandboxes together. */
const ofLookups = [64, 4] as const;

/** What was answered, and when. */
interface Known {
  readonly metadata: ContainerMetadata;
  readonly since: number;
  /** About how many characters it has. */
  readonly size: number;
}

/** What is kept of a sandbox while it sends. */
interface SandboxState {
  readonly allowance: Allowance;
  /** The container that its last message named. */
  containerId: string;
}

class AskedContainers implements Containers {
  readonly #sources: readonly AskedSource[];
  readonly #waitMs: number;
  readonly #known: RecentMap<Known>;
  /** Until when those are not asked for that no source knew. */
  readonly #unknown: RecentMap<number>;
  readonly #asking = new Map<string, Promise<void>>();
  readonly #turns = new Turns(atOnce, room);
  readonly #closing = new AbortController();
  readonly #lookups = new Allowance(...ofLookups);
  readonly #connections = new Allowance(...ofConnections);
  readonly #sandboxes = new WeakMap<TracedSandbox, SandboxState>();
  #lastSandbox: TracedSandbox | undefined;
  #lastState: SandboxState | undefined;
  #asks = 0;
  #found = 0;
  #refused = 0;

  constructor(options: ContainersOptions) {
    const { sources, waitMs, timeoutMs, maxContainers, onTrouble } = resolveOptions(options);
    this.#sources = sources.map((source) => new AskedSource(source, timeoutMs, onTrouble));
    this.#waitMs = waitMs;
    this.#known = new RecentMap({ maxCount: maxContainers, maxSize, sizeOf: ({ size }) => size });
    this.#unknown = new RecentMap({ maxCount: maxContainers, maxSize, sizeOf: () => 1 });
  }

  readonly lookup = (id: string): ContainerMetadata | undefined => {
    const known = this.#known.get(id);
    if (known !== undefined) return known.metadata;
    if (this.#isAskable(id) && !this.#asking.has(id)) this.#askWithin(this.#lookups, id);
    return undefined;
  };

  readonly ready = (message: StreamItem): Promise<void> | undefined => {
    const isStart = message.messageName === "MESSAGE_CONTAINER_START";
    const id = isStart ? message.id : message.contextData?.containerId;
    if (id === undefined || id === "") return undefined;
    const state = this.#stateOf(message.sandbox);
    if (!isStart && id === state.containerId) return undefined;
    state.containerId = id;
    const asking = this.#asking.get(id) ?? (this.#isKnown(id, isStart) ? undefined : this.#askFor(state, id));
    if (asking === undefined || this.#sources.every(({ isLeftAlone }) => isLeftAlone)) return undefined;
    return within(this.#waitMs, asking);
  };

  readonly connected = ({ peer }: ConnectingSandbox): void => {
    const id = containerOfPeer(peer.cmdline)?.id;
    if (id !== undefined && isContainerId(id) && !this.#asking.has(id))
      // A sandbox has no say in that: what sandboxes name comes later.
      this.#askWithin(this.#connections, id, true);
  };

  stats(): ContainersStats {
    return {
      known: this.#known.size,
      asking: this.#asking.size,
      asks: this.#asks,
      found: this.#found,
      refused: this.#refused,
      sources: this.#sources.map((source) => source.stats()),
    };
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error("closed"));
    await Promise.allSettled(this.#asking.values());
    for (const source of this.#sources) source.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Whether it is worth asking for: an id, and not one that no source knew a moment ago. */
  #isAskable(id: string): boolean {
    return isContainerId(id) && !(performance.now() < (this.#unknown.get(id) ?? 0));
  }

  /** Whether nothing has to be asked: something is known, and not from before a start that is told of only now. */
  #isKnown(id: string, isStart: boolean): boolean {
    const known = this.#known.get(id);
    return known !== undefined && !(isStart && performance.now() - known.since > freshMs);
  }

  #askFor({ allowance }: SandboxState, id: string): Promise<void> | undefined {
    return this.#isAskable(id) ? this.#askWithin(allowance, id) : undefined;
  }

  #stateOf(sandbox: TracedSandbox): SandboxState {
    if (sandbox === this.#lastSandbox && this.#lastState !== undefined) return this.#lastState;
    let state = this.#sandboxes.get(sandbox);
    if (state === undefined) {
      state = { allowance: new Allowance(...ofSandbox), containerId: "" };
      this.#sandboxes.set(sandbox, state);
    }
    this.#lastSandbox = sandbox;
    this.#lastState = state;
    return state;
  }

  #askWithin(allowance: Allowance, id: string, isUrgent = false): Promise<void> | undefined {
    if (allowance.take()) return this.#ask(id, isUrgent);
    this.#refused++;
    return undefined;
  }

  /** Asks for a container, whatever is known of it; the promise is fulfilled when that is done. */
  #ask(id: string, isUrgent: boolean): Promise<void> | undefined {
    if (this.#closing.signal.aborted || this.#sources.length === 0) return undefined;
    if (this.#turns.isFull(isUrgent)) {
      this.#refused++;
      return undefined;
    }
    this.#asks++;
    const asking = this.#turns
      .run(() => this.#askSources(id), isUrgent)
      .catch(() => undefined) // what an embedder's onTrouble throws is no answer
      .then((metadata) => this.#take(id, metadata));
    this.#asking.set(id, asking);
    return asking;
  }

  async #askSources(id: string): Promise<ContainerMetadata | undefined> {
    for (const source of this.#sources) {
      if (this.#closing.signal.aborted) return undefined;
      const metadata = await source.ask(id, this.#closing.signal);
      if (metadata !== undefined) return metadata;
    }
    return undefined;
  }

  #take(id: string, metadata: ContainerMetadata | undefined): void {
    this.#asking.delete(id);
    const now = performance.now();
    if (metadata === undefined) {
      this.#unknown.set(id, now + unknownMs);
      return;
    }
    this.#found++;
    this.#unknown.delete(id);
    this.#known.set(id, { metadata, since: now, size: sizeOf(metadata) });
  }
}

/** About how many characters something has; what cannot be told in JSON counts as much. */
function sizeOf(metadata: ContainerMetadata): number {
  try {
    return JSON.stringify(metadata, (_, value) => (typeof value === "bigint" ? "" : value)).length;
  } catch {
    return 100_000;
  }
}

/** The waits for asks that are under way: message after message can wait for the same. */
const waits = new WeakMap<Promise<void>, Promise<void>>();

/** A promise that is fulfilled with another, or so many milliseconds after that was first waited for. */
function within(ms: number, promise: Promise<void>): Promise<void> {
  const wait = waits.get(promise) ?? newWait(ms, promise);
  waits.set(promise, wait);
  return wait;
}

function newWait(ms: number, promise: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    void promise.finally(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
