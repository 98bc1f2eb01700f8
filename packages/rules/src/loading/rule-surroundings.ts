import type { Graph } from "../compiling/graph.ts";
import type { FieldLookup } from "../fields/field-registry.ts";
import type { AppendedOutput } from "../output/appended-output.ts";
import type { Diagnostics } from "./diagnostics.ts";

/** What compiling needs beside the definitions. */
export interface RuleSurroundings {
  readonly graph: Graph;
  readonly fields: FieldLookup;
  readonly diagnostics: Diagnostics;
  readonly appended: AppendedOutput;
}
