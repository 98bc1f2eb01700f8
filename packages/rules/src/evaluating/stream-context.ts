import type { TrackedEvent } from "@sentrytap/state";
import type { ContainerLookup, ContainerMetadata } from "../fields/container-metadata.ts";
import type { FieldContext } from "../fields/field.ts";
import type { FieldOptions } from "../fields/field-options.ts";

/** What is known beside a stream, from its start to its end. */
export interface Surroundings {
  /** What `evt.hostname` says. */
  readonly hostname: string;
  /** What is known of containers. */
  readonly containers: ContainerLookup;
}

const unknown: ContainerLookup = () => undefined;

/** What options say of that, with what they leave out. */
export function surroundingsOf({ hostname = "", containers = unknown }: FieldOptions): Surroundings {
  return { hostname, containers };
}

/** Whether there is a source that tells of containers. */
export function knowsContainers({ containers }: Surroundings): boolean {
  return containers !== unknown;
}

/** What fields know beside the event, as it changes along a stream of events. */
export class StreamContext implements FieldContext {
  eventNumber = 0;
  firstTimeNs: bigint | undefined = undefined;
  surroundings: Surroundings;
  #event: TrackedEvent | undefined = undefined;
  #previous: TrackedEvent | undefined = undefined;

  constructor(surroundings: Surroundings = surroundingsOf({})) {
    this.surroundings = surroundings;
  }

  get hostname(): string {
    return this.surroundings.hostname;
  }

  /** A source that throws knows nothing: it must not end the stream. So does one that says null. */
  container(id: string): ContainerMetadata | undefined {
    try {
      return this.surroundings.containers(id) ?? undefined;
    } catch {
      return undefined;
    }
  }

  /** Read when it is asked for: reading every event's time costs more than judging most of them. */
  get previousTimeNs(): bigint | undefined {
    return this.#previous?.timeNs;
  }

  /** Goes on to `event`, which rules see. */
  advance(event: TrackedEvent): void {
    this.eventNumber++;
    this.#previous = this.#event;
    this.#event = event;
    this.firstTimeNs ??= event.timeNs;
  }
}
