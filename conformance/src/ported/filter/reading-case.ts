import { createFieldReader } from "@sentrytap/rules";
import type { TrackedEvent } from "@sentrytap/state";
import type { PortedCase } from "../case.ts";
import { Box } from "./box.ts";
import type { CaseOptions } from "./filter-case.ts";

/** What a field says of an event: numbers and such as text, `null` where it has no value. */
export type Reading = string | readonly string[] | null;

/** What fields say of the event that happens last in a sandbox. */
export function readings(
  what: string,
  happens: (box: Box) => TrackedEvent,
  table: readonly (readonly [field: string, falco: Reading, options?: CaseOptions])[],
): readonly PortedCase[] {
  return table.map(([field, falco, options = {}]) => ({
    name: `${what}: ${field} is ${falco === null ? "absent" : JSON.stringify(falco)}`,
    falco,
    ours: () => read(field, happens(new Box())),
    ...(options.differs !== undefined && { differs: options.differs }),
  }));
}

function read(field: string, event: TrackedEvent): Reading {
  const [value] = createFieldReader([field], { hostname: "host" }).read(event) ?? [];
  if (value === undefined || value === null) return null;
  return typeof value === "object" ? value.map(String) : String(value);
}
