import { contextFieldNames, tracePoint, tracePoints } from "@sentrytap/rules";
import { isPointConfig, type PointConfig, type PointRequest } from "../point-config.ts";

/** Whose event it is, when, and of which container: what every message must say of itself. */
const always = ["time", "thread_id", "group_id", "container_id"];

/** A point while it is being planned. */
interface Planned {
  readonly context: Set<string>;
  readonly optional: Set<string>;
  readonly reasons: Set<string>;
}

/** The points of a session, as one thing after the other asks for them. */
export class PlannedPoints {
  readonly #available: ReadonlySet<string> | undefined;
  readonly #points = new Map<string, Planned>();

  /** Points that are not `available` are not asked for; by default all are. */
  constructor(available: ReadonlySet<string> | undefined) {
    this.#available = available;
  }

  /** Asks for `point`, because of `reason`. */
  ask(point: string, reason: string, optional: readonly string[] = []): void {
    if (this.#available?.has(point) === false) return;
    const planned = this.#points.get(point) ?? {
      context: new Set(always),
      optional: new Set<string>(),
      reasons: new Set<string>(),
    };
    this.#points.set(point, planned);
    planned.reasons.add(reason);
    const offered = tracePoint(point)?.optionalFields ?? [];
    for (const field of optional) if (offered.includes(field)) planned.optional.add(field);
  }

  /** Asks for a context field of a point that is planned. */
  askContext(point: string, field: string): void {
    this.#points.get(point)?.context.add(field);
  }

  /** Asks for a context field of all points that are planned. */
  askContextOfAll(field: string): void {
    for (const { context } of this.#points.values()) context.add(field);
  }

  /** Every context field that some point is asked for. */
  get contexts(): ReadonlySet<string> {
    return new Set([...this.#points.values()].flatMap(({ context }) => [...context]));
  }

  /** Why each point is there. */
  get reasons(): ReadonlyMap<string, readonly string[]> {
    return new Map(this.#sorted().map(([name, { reasons }]) => [name, [...reasons]]));
  }

  /** As the session file has them: in gVisor's order, raw ones last. */
  get configs(): readonly PointConfig[] {
    return this.#sorted()
      .map(
        ([name, { context, optional }]): PointRequest => ({
          name,
          ...(optional.size > 0 && { optional_fields: [...optional] }),
          context_fields: contextFieldNames.filter((field) => context.has(field)),
        }),
      )
      .filter(isPointConfig);
  }

  #sorted(): readonly (readonly [string, Planned])[] {
    return [...this.#points].sort(([a], [b]) => placeOf(a) - placeOf(b) || sysnoOf(a) - sysnoOf(b));
  }
}

const places: ReadonlyMap<string, number> = new Map(tracePoints.map(({ name }, i) => [name, i]));

function placeOf(name: string): number {
  return places.get(name) ?? places.size;
}

function sysnoOf(name: string): number {
  return Number(/\d+/.exec(name)?.[0]);
}
