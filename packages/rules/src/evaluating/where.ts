import { type Stage, stage } from "@sentrytap/core";
import type { TrackedEvent } from "@sentrytap/state";
import type { Filter } from "./filter.ts";

/**
 * The stage that lets events through which match a filter.
 *
 * @example
 * const compiled = compile("evt.type = connect and fd.sip != 10.0.0.1");
 * if (compiled.ok) pipe(server.batches(), events(), track(), where(compiled.filter));
 */
export function where(filter: Filter): Stage<TrackedEvent, TrackedEvent> {
  return stage("where", (event: TrackedEvent) => (filter.matches(event) ? event : undefined));
}
