import type { TrackedEvent } from "@sentrytap/state";
import type { Checked } from "../compiling/checked.ts";
import type { Graph } from "../compiling/graph.ts";
import { matchingTypes } from "../compiling/matching-types.ts";
import type { Predicate } from "../compiling/predicate.ts";
import { createRuns, type Runs } from "../compiling/run.ts";
import { specialize } from "../compiling/specialize.ts";
import { type EventTypes, includesType } from "../event-types.ts";
import { typeOf } from "../fields/event-result.ts";
import { namedType } from "../fields/event-table.ts";
import { explainCondition } from "./explain.ts";
import type { ExplainOptions, Explanation } from "./explanation.ts";
import { StreamContext, type Surroundings } from "./stream-context.ts";

/** A condition by itself, compiled, for the events of one stream. */
export interface Filter {
  /** As it was written. */
  readonly condition: string;
  /** The events that can match. */
  readonly eventTypes: EventTypes;
  /** The fields that it reads, with their arguments, those of its macros included. */
  readonly fields: ReadonlySet<string>;
  /** How often judging an event threw: it did not match then. */
  readonly failures: number;
  /**
   * Whether `event` matches. Hand it every event as it comes out of the tracker: `evt.num` counts them. Calls are judged
   * when they return: an `enter` does not match, and is not counted.
   */
  matches(event: TrackedEvent): boolean;
  /** Why `event` matches or does not, as `RuleSet.explain` tells it of a rule. */
  explain(event: TrackedEvent, options?: ExplainOptions): Explanation;
}

class CompiledFilter implements Filter {
  readonly condition: string;
  readonly eventTypes: EventTypes;
  readonly fields: ReadonlySet<string>;
  failures = 0;
  readonly #checked: Checked;
  readonly #graph: Graph;
  readonly #runs: Runs = createRuns();
  readonly #context: StreamContext;
  readonly #predicates = new Map<string, Predicate>();

  constructor(
    condition: string,
    checked: Checked,
    fields: ReadonlySet<string>,
    graph: Graph,
    surroundings: Surroundings,
  ) {
    this.condition = condition;
    this.eventTypes = matchingTypes(checked);
    this.fields = fields;
    this.#checked = checked;
    this.#graph = graph;
    this.#context = new StreamContext(surroundings);
  }

  matches(event: TrackedEvent): boolean {
    if (event.direction === "enter") return false;
    this.#context.advance(event);
    const type = typeOf(event);
    const predicate = this.#predicates.get(type) ?? this.#prepare(namedType(type));
    try {
      return predicate.holds(this.#runs.next(event, this.#context));
    } catch {
      this.failures++;
      return false;
    }
  }

  explain(event: TrackedEvent, options?: ExplainOptions): Explanation {
    return explainCondition(this.#checked, event, this.#runs, this.#context, options);
  }

  #prepare(type: string): Predicate {
    const known = this.#predicates.get(type);
    if (known !== undefined) return known;
    const predicate = includesType(this.eventTypes, type)
      ? specialize(this.#checked, type, this.#graph, new Map())
      : this.#graph.never;
    this.#predicates.set(type, predicate);
    return predicate;
  }
}

export function createFilter(
  condition: string,
  checked: Checked,
  fields: ReadonlySet<string>,
  graph: Graph,
  surroundings: Surroundings,
): Filter {
  return new CompiledFilter(condition, checked, fields, graph, surroundings);
}
