import { pipe } from "@sentrytap/core";
import { events } from "@sentrytap/events";
import { track } from "@sentrytap/state";
import { readRecording } from "@sentrytap/wire";
import { expect, it } from "vitest";
import { tracePath } from "../../../test/traces/index.ts";
import { match } from "../src/index.ts";
import { mustLoad, ruleYaml } from "./load.ts";

it("lets rules use what the stream did not tell", async () => {
  const rules = mustLoad(
    ruleYaml(
      'evt.type = gap and evt.arg.kind = name_change and proc.name = "echo"',
      "%evt.arg.before became %evt.arg.after in %container.id (%evt.args)",
    ),
  );
  const outputs: string[] = [];
  const alerts = pipe(readRecording(tracePath("nonutf8.2024")), events(), track(), match(rules));
  for await (const batch of alerts) outputs.push(...batch.map(({ output }) => output));
  expect(outputs).toHaveLength(2);
  expect(outputs[0]).toMatch(
    /^python3 became echo in [0-9a-f]{12} \(kind=name_change before=python3 after=echo\)/,
  );
});
