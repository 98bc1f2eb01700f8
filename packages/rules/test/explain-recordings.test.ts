import { pipe, stage } from "@sentrytap/core";
import { events } from "@sentrytap/events";
import { type TrackedEvent, track } from "@sentrytap/state";
import { readRecording } from "@sentrytap/wire";
import { expect, test } from "vitest";
import { tracePath } from "../../../test/traces/index.ts";
import { loadRules } from "../src/index.ts";
import { hasReference, readReference } from "./reference.ts";

test.runIf(hasReference("explanations by the public rules")).each(["dpkg_install.2024", "exec_session.2024"])(
  "what explains a verdict comes to the same one: %s",
  async (recording) => {
    const names = ["falco_rules.yaml", "falco-incubating_rules.yaml", "falco-sandbox_rules.yaml"];
    const loaded = loadRules(names.map((name) => ({ name, text: readReference(`rules/${name}`) })));
    if (!loaded.ok) throw new Error("the rules do not load");
    const { rules } = loaded.rules.select([{ enable: { rule: "*" } }]);
    const all = rules.rules.map(({ name }) => name);
    let asked = 0;
    let matched = 0;
    let left = 0;
    const compare = stage("compare", (event: TrackedEvent) => {
      const alerts = rules.evaluate(event, "all").map(({ rule }) => rule);
      matched += alerts.length;
      // Every rule of every alert, and else of one event in some: explanations are for people, and dear.
      if (alerts.length === 0 && left-- > 0) return undefined;
      left = 40;
      const explained = all.filter((name) => rules.explain(name, event).holds);
      asked += all.length;
      expect(explained).toEqual(alerts);
      return undefined;
    });
    for await (const _ of pipe(readRecording(tracePath(recording)), events(), track(), compare));
    expect(asked).toBeGreaterThan(1_000);
    expect(matched).toBeGreaterThan(0);
  },
);
