import type { PointShape } from "./stream-shape.ts";
import type { Supplies } from "./supplies.ts";

/** Events of one type as they come from one point: what a condition is judged for. */
export interface Place {
  readonly type: string;
  /** `undefined` where no point tells of them: gaps, and the end of a sandbox. */
  readonly point: PointShape | undefined;
  /** What the whole stream feeds the tables with. */
  readonly supplies: Supplies;
}

/** Whether the events come as number and registers. */
export function isRaw({ point }: Place): boolean {
  return point?.decoded === false;
}
