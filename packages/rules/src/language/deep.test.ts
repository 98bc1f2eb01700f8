import { describe, expect, test } from "vitest";
import { mustLoad, problemsOf, ruleYaml } from "../../test/load.ts";
import { makeOpen } from "../../test/tracked-event.ts";
import { parse } from "./parse.ts";
import { print } from "./print.ts";

const depth = 450;

/** `c and (c or (c and (...)))`, so that no level is like the one around it. */
function nested(levels: number, innermost: string): string {
  const words = Array.from({ length: levels }, (_, i) => (i % 2 === 0 ? "and" : "or"));
  const open = words.map((word) => (word === "and" ? "proc.name = cat and (" : "proc.name = dog or ("));
  return `${open.join("")}${innermost}${")".repeat(levels)}`;
}

function printedOf(condition: string): string {
  const parsed = parse(condition);
  return parsed.ok ? print(parsed.condition) : parsed.problem.message;
}

describe("deep nesting", () => {
  test("parentheses alone cost nothing", () => {
    const condition = `${"(".repeat(1000)}proc.name = cat${")".repeat(1000)}`;
    expect(mustLoad(ruleYaml(condition)).evaluate(makeOpen())).toHaveLength(1);
  });

  test("a condition is true or false at any depth", () => {
    expect(mustLoad(ruleYaml(nested(depth, "proc.name = cat"))).evaluate(makeOpen())).toHaveLength(1);
    expect(mustLoad(ruleYaml(nested(depth, "proc.name = dog"))).evaluate(makeOpen())).toHaveLength(0);
  });

  test("negations within negations", () => {
    const even = `${"not (".repeat(depth)}proc.name = cat${")".repeat(depth)}`;
    expect(mustLoad(ruleYaml(even)).evaluate(makeOpen())).toHaveLength(1);
    expect(mustLoad(ruleYaml(`not (${even})`)).evaluate(makeOpen())).toHaveLength(0);
  });

  test("functions within functions", () => {
    const many = `${"toupper(tolower(".repeat(depth)}proc.name${"))".repeat(depth)} = CAT`;
    expect(mustLoad(ruleYaml(many)).evaluate(makeOpen())).toHaveLength(1);
  });

  test("what is parsed is printed", () => {
    const condition = nested(depth, "m");
    const printed = printedOf(condition);
    expect(printedOf(printed)).toBe(printed);
    expect(printed.length).toBeGreaterThan(depth * 15);
  });

  test("beyond the limit there is an error, and soon", () => {
    const start = performance.now();
    const negations = `${"proc.name = cat and not (".repeat(999)}proc.name = dog${")".repeat(999)}`;
    expect(problemsOf(ruleYaml(negations)).join()).toMatch(
      /LOAD_ERR_COMPILE_CONDITION: nested \d+ levels deep/,
    );
    expect(problemsOf(ruleYaml(nested(20_000, "proc.name = cat"))).join()).toMatch(
      /nested more than 1000 levels deep/,
    );
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
