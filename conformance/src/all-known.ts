import { alertClasses, classes, eventClasses, loadingClasses, ruleFieldClasses } from "./classes/index.ts";
import type { Known } from "./known.ts";

/** A chapter of known differences. */
export interface Chapter {
  readonly title: string;
  readonly known: readonly Known[];
}

/** All that is known to differ, by chapters. */
export const chapters: readonly Chapter[] = [
  { title: "Loading", known: loadingClasses },
  { title: "Events", known: eventClasses },
  { title: "Fields of events", known: classes },
  { title: "Fields that only rules show", known: ruleFieldClasses },
  { title: "Alerts", known: alertClasses },
];

export const allKnown: readonly Known[] = chapters.flatMap(({ known }) => known);
