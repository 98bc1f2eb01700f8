import type { ContainerLookup } from "./container-metadata.ts";
import type { FieldRegistry } from "./field-registry.ts";

/** Which fields there are, and what they know beside the events of their stream. */
export interface FieldOptions {
  /** The fields that can be used. Default: those of `createFieldRegistry()`. */
  readonly fields?: FieldRegistry;
  /** What `evt.hostname` says. Default: nothing. */
  readonly hostname?: string;
  /**
   * What is known of a container, by its whole id: fields such as `container.name` and `k8s.pod.name` read it. Asked for
   * whenever one of them is read, so it must answer at once, from memory. Default: nothing is known.
   */
  readonly containers?: ContainerLookup;
}
