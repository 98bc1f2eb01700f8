import { describe, expect, test } from "vitest";
import { ask, isAsListed } from "../src/ported/case.ts";
import { portedSuites } from "../src/ported/index.ts";

describe("Falco's own tests, told anew", () => {
  test("every case has a name of its own", () => {
    const names = portedSuites.flatMap(({ title, cases }) => cases.map(({ name }) => `${title}: ${name}`));
    expect(names).toEqual([...new Set(names)]);
  });

  for (const suite of portedSuites) {
    describe(suite.title, () => {
      test.each(suite.cases.map((one) => [one.name, one] as const))("%s", (_, one) => {
        const outcome = ask(suite, one);
        if (isAsListed(outcome)) return;
        expect(outcome.ours, one.differs && "it does not differ any more").toEqual(one.falco);
        expect(one.differs, "listed as different, and is the same").toBeUndefined();
      });
    });
  }
});
