import { TraceError } from "@sentrytap/core";

/** How grave a rule is, gravest first, as Falco spells it. */
export const priorities = [
  "Emergency",
  "Alert",
  "Critical",
  "Error",
  "Warning",
  "Notice",
  "Informational",
  "Debug",
] as const;

/** One of {@link priorities}. */
export type Priority = (typeof priorities)[number];

/** The priority of that name, in whatever case; `INFO` is short for Informational. */
export function parsePriority(text: string): Priority | undefined {
  const wanted = text.toLowerCase() === "info" ? "informational" : text.toLowerCase();
  return priorities.find((priority) => priority.toLowerCase() === wanted);
}

/** `minPriority`, where programs without types give it. */
export function checkPriority(minPriority: Priority): Priority {
  if (priorities.includes(minPriority)) return minPriority;
  const message = `minPriority is "${minPriority}": use one of ${priorities.join(", ")}; parsePriority reads others' spellings`;
  throw new TraceError("ERR_INVALID_ARGUMENT", message);
}

/** Whether `priority` is `min`, or graver. */
export function isAsGrave(priority: Priority, min: Priority): boolean {
  return priorities.indexOf(priority) <= priorities.indexOf(min);
}
