import { describe, expect, test } from "vitest";
import { loadRules } from "../src/index.ts";
import { hasReference, readReference } from "./reference.ts";

const names = ["falco_rules.yaml", "falco-incubating_rules.yaml", "falco-sandbox_rules.yaml"];

describe.runIf(hasReference("loading the public rules"))("the public rules", () => {
  test.each(["", "falco-peer/"])("load unchanged, all three files: %s", (folder) => {
    const result = loadRules(names.map((name) => ({ name, text: readReference(`rules/${folder}${name}`) })));
    expect(result.ok ? [] : result.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(result.ok && result.rules.rules.length).toBeGreaterThan(80);
  });
});
