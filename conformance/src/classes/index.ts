import type { DifferenceClass } from "../difference.ts";
import { callClasses } from "./calls.ts";
import { descriptorClasses } from "./descriptors.ts";
import { threadClasses } from "./threads.ts";

export { eventClasses } from "./events.ts";

/** All fields that are known to differ, the more telling cause first where one event has several. */
export const classes: readonly DifferenceClass[] = [...threadClasses, ...callClasses, ...descriptorClasses];
export { alertClasses } from "./alerts.ts";
export { loadingClasses } from "./loading.ts";
export { ruleFieldClasses } from "./rule-fields.ts";
