import { createWork } from "../compiling/work.ts";
import { knowsContainers, type Surroundings } from "../evaluating/stream-context.ts";
import { addToGroup } from "../group.ts";
import { type Assessment, assess } from "./assessment.ts";
import { type ClassMaker, createClassMaker } from "./place-classes.ts";
import type { PointShape, StreamShape } from "./stream-shape.ts";
import { suppliesOf } from "./supplies.ts";

/** What comes without a point. */
const pointless = ["gap", "sandbox_end"];

/** Judges for everything that comes of a stream and rules see, by the type of the events. */
export interface StreamAssessments {
  readonly stream: StreamShape;
  readonly all: readonly Assessment[];
  readonly byType: ReadonlyMap<string, readonly Assessment[]>;
  /** Divides `all`. */
  readonly classes: ClassMaker;
}

/** Parts of conditions, times the places they are judged for, of all rules together. Falco's public rules take 50,000. */
const maxJudged = 5_000_000;

/** `stream`, with the sources beside it that rules were loaded with. */
export function besides(stream: StreamShape, surroundings: Surroundings): StreamShape {
  if (!knowsContainers(surroundings)) return stream;
  return { ...stream, filledBy: new Set([...stream.filledBy, "container"]) };
}

/** The places that `stream` has, each ready to be judged. */
export function assessmentsOf(stream: StreamShape): StreamAssessments {
  const supplies = suppliesOf(stream);
  const work = createWork(maxJudged);
  const all: Assessment[] = [];
  const byType = new Map<string, Assessment[]>();
  const add = (type: string, point: PointShape | undefined): void => {
    const assessment = assess({ type, point, supplies }, work);
    all.push(assessment);
    addToGroup(byType, type, assessment);
  };
  for (const point of stream.points) {
    if (point.direction === "exit") for (const type of point.eventTypes) add(type, point);
  }
  for (const type of pointless) add(type, undefined);
  return { stream, all, byType, classes: createClassMaker(all) };
}
