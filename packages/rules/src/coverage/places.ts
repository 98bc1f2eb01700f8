import { includesType } from "../event-types.ts";
import type { Rule } from "../rule.ts";
import { type Assessment, assess } from "./assessment.ts";
import type { PointShape, StreamShape } from "./stream-shape.ts";
import { suppliesOf } from "./supplies.ts";

/** What comes without a point. */
const pointless = ["gap", "sandbox_end"];

/** Judges for everything that comes of a stream and rules see, by the type of the events. */
export interface StreamAssessments {
  readonly stream: StreamShape;
  readonly byType: ReadonlyMap<string, readonly Assessment[]>;
}

export function assessmentsOf(stream: StreamShape): StreamAssessments {
  const supplies = suppliesOf(stream);
  const byType = new Map<string, Assessment[]>();
  const add = (type: string, point: PointShape | undefined): void => {
    const assessment = assess({ type, point, supplies });
    const known = byType.get(type);
    if (known === undefined) byType.set(type, [assessment]);
    else known.push(assessment);
  };
  for (const point of stream.points) {
    if (point.direction === "exit") for (const type of point.eventTypes) add(type, point);
  }
  for (const type of pointless) add(type, undefined);
  return { stream, byType };
}

/** The types of events that a rule looks at, as far as a stream can have them; those that it names, all. */
export function typesOf({ eventTypes }: Rule, { byType }: StreamAssessments): readonly string[] {
  if ("only" in eventTypes) return [...eventTypes.only];
  return [...byType.keys()].filter((type) => includesType(eventTypes, type));
}
