import type { Stage } from "@sentrytap/core";
import type { TrackedEvent } from "@sentrytap/state";
import { compile, type Filter, where } from "../src/index.ts";

const compiled = compile("evt.type = open", { macros: { m: "fd.name = x" }, lists: { l: ["a", "b"] } });
if (compiled.ok) {
  compiled.filter satisfies Filter;
  where(compiled.filter) satisfies Stage<TrackedEvent, TrackedEvent>;
} else {
  compiled.diagnostics satisfies readonly unknown[];
}
// @ts-expect-error whether it compiled is to be asked first
compiled.filter;
// @ts-expect-error a list has texts
compile("x", { lists: { l: [1] } });
