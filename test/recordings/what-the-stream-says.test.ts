import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** `1: the first process of a container` and the like: the entries of the page. */
function entries(): string[] {
  const page = readFileSync(`${root}docs/what-the-stream-says.md`, "utf8");
  return [...page.matchAll(/^### ([0-9]+)\. (.+)$/gm)].map(([, number, title = ""]) => `${number}: ${title}`);
}

/** The titles of the suites of this folder that have a number. */
function suites(): string[] {
  const folder = `${root}test/recordings/`;
  const sources = readdirSync(folder).filter((file) => file.startsWith("facts-"));
  return sources.flatMap((file) =>
    [...readFileSync(folder + file, "utf8").matchAll(/^describe\("([0-9]+: .+)", /gm)].map(
      ([, title = ""]) => title,
    ),
  );
}

const byNumber = (a: string, b: string): number => Number.parseInt(a, 10) - Number.parseInt(b, 10);

/** Without the capital that a title begins with, which a name such as gVisor's keeps. */
function lowered(title: string): string {
  return title.replace(/: ([A-Z])(?=[a-z ])/, (_, letter: string) => `: ${letter.toLowerCase()}`);
}

it("has a suite of tests for each entry, and an entry for each suite", () => {
  const titles = entries();
  expect(titles.map((title) => Number.parseInt(title, 10))).toEqual(titles.map((_, at) => at + 1));
  expect(titles.length).toBeGreaterThanOrEqual(39);
  expect(suites().sort(byNumber)).toEqual(titles.map(lowered));
});
