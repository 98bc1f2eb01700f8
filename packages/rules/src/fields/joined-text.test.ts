import { expect, test } from "vitest";
import { mustLoad, ruleYaml } from "../../test/load.ts";
import { makeOpen, makeProcess, makeThread } from "../../test/tracked-event.ts";
import { joinedText } from "./joined-text.ts";

test("texts are joined with blanks, however many", () => {
  for (const length of [0, 1, 3, 100]) {
    const texts = Array.from({ length }, (_, i) => `${i}`);
    for (let i = 0; i < 2; i++) expect(joinedText(texts)).toBe(texts.join(" "));
  }
  expect(joinedText(undefined)).toBe("");
});

test("many arguments of many ancestors are joined once, not with every event", () => {
  let joins = 0;
  const many = (): readonly string[] => {
    const texts = new Array<string>(2_000).fill("x");
    return Object.assign(texts, {
      join: (separator: string) => {
        joins++;
        return Array.prototype.join.call(texts, separator);
      },
    });
  };
  let process = makeProcess();
  for (let i = 0; i < 20; i++) process = makeProcess({ parent: process, args: many(), env: many() });
  const event = makeOpen({ thread: makeThread(process) });
  const rules = mustLoad(ruleYaml("proc.acmdline contains nope or proc.aenv contains nope", "x"));
  for (let i = 0; i < 5; i++) expect(rules.evaluate(event)).toEqual([]);
  expect(joins).toBe(2 * 19);
});
