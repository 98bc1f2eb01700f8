import { pipe, stage } from "@sentrytap/core";
import { events } from "@sentrytap/events";
import { type TrackedEvent, track } from "@sentrytap/state";
import { readRecording } from "@sentrytap/wire";
import fc from "fast-check";
import { expect, test } from "vitest";
import { tracePath } from "../../../test/traces/index.ts";
import { assessmentsOf } from "../src/coverage/stream-assessments.ts";
import { wholeStream } from "../src/coverage/stream-shape.ts";
import { partsOf } from "../src/evaluating/rule-set.ts";
import { placeOfEvent } from "./coverage-places.ts";
import { mustLoad, ruleYaml } from "./load.ts";

// Any condition made of these, however they are put together: what is said of it holds for every event.

const comparisons = [
  "evt.type = openat",
  "evt.type in (execve, unlink, mmap)",
  "syscall.type = openat",
  "evt.type.is.close = 1",
  "evt.dir = >",
  "evt.num = 0",
  "evt.num < 2",
  "evt.arg.path exists",
  "evt.arg.flags contains O_RDONLY",
  "evt.arg.res != 0",
  "evt.rawarg.fd >= 0",
  "evt.is_open_read = true",
  "evt.is_open_write = false",
  "evt.is_io_write = true",
  "fd.name exists",
  "fd.name = ''",
  "fd.num >= 0",
  "fd.directory != /",
  "fs.path.name startswith /",
  "container.name exists",
  "container.name != x",
  "thread.cap_effective contains CAP",
  "user.loginuid = -1",
  "user.loginuid > 0",
  "proc.is_exe_upper_layer = false",
  "proc.aname exists",
  "proc.aname = sh",
  "tolower(proc.name) = sh",
  "basename(fd.name) = x",
  "proc.name = val(proc.pname)",
  "proc.name = val(container.name)",
  "gvisor.toctou = true",
  "gap.kind = drop",
];

const condition: fc.Arbitrary<string> = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(...comparisons),
    tie("any").map((operand) => `not (${operand})`),
    fc
      .array(tie("any"), { minLength: 2, maxLength: 4 })
      .map((operands) => operands.map((each) => `(${each})`).join(" and ")),
    fc
      .array(tie("any"), { minLength: 2, maxLength: 4 })
      .map((operands) => operands.map((each) => `(${each})`).join(" or ")),
  ),
})).any;

test.each(["shell_pipeline.2024", "rawall_ls.2024", "pod.2024"])(
  "holds for every event of %s",
  async (name) => {
    const whole = assessmentsOf(wholeStream);
    const written = fc.sample(condition, { numRuns: 150, seed: 7 });
    const rules = written.map((text) => mustLoad(ruleYaml(text)));
    const conditions = rules.map((each) => partsOf(each).compiled[0]?.condition);
    const wrong = new Set<string>();
    const seen = { never: 0, always: 0, either: 0 };
    const check = stage("check", (event: TrackedEvent) => {
      if (event.direction === "enter") return undefined;
      const assessment = placeOfEvent(event, whole);
      for (const [i, each] of rules.entries()) {
        const holds = each.evaluate(event).length > 0;
        const judged = conditions[i];
        if (judged === undefined || assessment === undefined) throw new Error("nothing to judge");
        const verdict = assessment.verdictOf(judged);
        seen[verdict]++;
        if (verdict === (holds ? "never" : "always")) wrong.add(`${verdict} of ${event.type}: ${written[i]}`);
      }
      return undefined;
    });
    for await (const _ of pipe(readRecording(tracePath(name)), events(), track(), check));
    expect([...wrong]).toEqual([]);
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(100);
  },
);
