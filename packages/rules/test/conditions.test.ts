import { describe, expect, test } from "vitest";
import { type LoadResult, loadRules } from "../src/index.ts";
import { ruleYaml } from "./load.ts";
import { type ConditionCase, hasReference, type LoaderCase, readReference } from "./reference.ts";

/** Where we mean to differ: Falco takes what can never match, and knows container fields only with a plugin. */
const knownConditions = [
  "fd.num = 99999999999999999999",
  'proc.name regex "("',
  'proc.name regex "a{2,1}"',
  "k8s.ns.name = x",
];
const knownLoaderCases = ['output "%container.id"'];

function load(...texts: readonly string[]): LoadResult {
  return loadRules(texts.map((text, i) => ({ name: `${i}.yaml`, text })));
}

function codes(result: LoadResult, severity: "error" | "warning"): readonly string[] {
  const all = result.ok ? result.warnings : result.diagnostics;
  // Falco tells of unknown keys too, but has no code for it.
  const own = all.filter(({ severity: one, code }) => one === severity && code !== "LOAD_UNKNOWN_KEY");
  return [...new Set(own.map(({ code }) => code))].sort();
}

describe.runIf(hasReference("what Falco says of conditions and rules files"))("Falco's answers", () => {
  test("every condition loads here that loads there, with the same warnings", () => {
    const cases = JSON.parse(readReference("conformance/conditions.json")) as ConditionCase[];
    const differing: string[] = [];
    for (const { condition, ok, error, warnings = [] } of cases) {
      const result = load(ruleYaml(condition));
      const errors = codes(result, "error");
      const same = ok
        ? result.ok && codes(result, "warning").join() === [...new Set(warnings)].sort().join()
        : errors.includes(error ?? "");
      if (!same) differing.push(condition);
    }
    expect(cases.length).toBeGreaterThan(1_000);
    expect(differing).toEqual(expect.arrayContaining(knownConditions));
    expect(differing.filter((condition) => !knownConditions.includes(condition))).toEqual([]);
  });

  test("rules files load here that load there, file by file, with the same codes", () => {
    const cases = JSON.parse(readReference("conformance/loader.json")) as LoaderCase[];
    const differing: string[] = [];
    for (const { case: name, files, results } of cases) {
      const same = results.every(({ ok, errors, warnings }, i) => {
        const result = load(...files.slice(0, i + 1));
        const expected = [...new Set(errors)].sort().join();
        const warned = codes(result, "warning").join() === [...new Set(warnings)].sort().join();
        return result.ok === ok && codes(result, "error").join() === expected && warned;
      });
      if (!same) differing.push(name);
    }
    expect(differing).toEqual(knownLoaderCases);
  });

  test.each(["", "falco-peer/"])("the public rules load: %s", (folder) => {
    const names = ["falco_rules.yaml", "falco-incubating_rules.yaml", "falco-sandbox_rules.yaml"];
    const result = load(...names.map((name) => readReference(`rules/${folder}${name}`)));
    expect(codes(result, "error")).toEqual([]);
    expect(result.ok && result.rules.rules.length).toBeGreaterThan(80);
  });
});
