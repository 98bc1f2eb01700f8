import { define } from "./define.ts";
import type { Field } from "./field.ts";

/** Fields that Falco does not have: of what only gVisor's stream tells, and of what is missing from it. */
export const gvisorFields: readonly Field[] = [
  define({
    name: "gvisor.toctou",
    type: "boolean",
    description: "Whether a path or address in the caller's memory changed while the call went on: on exits.",
    read: ({ toctou }) => toctou !== undefined,
  }),
  define({
    name: "gap.kind",
    type: "string",
    description: "What a gap event misses: drop, malformed_frame, name_change and so on.",
    read: (event) => (event.type === "gap" ? event.args.kind : undefined),
  }),
];
