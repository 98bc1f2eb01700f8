import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
// Inside the checkout, so that packages are found as a user's program finds them: built, by their names.
const folder = join(root, "test/docs/.blocks");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Every page that people read, by its path in the checkout. */
function pages(): string[] {
  const below = (path: string): string[] =>
    readdirSync(join(root, path), { withFileTypes: true }).flatMap((entry) => {
      if (entry.name === "node_modules" || entry.name === "dist") return [];
      const inside = join(path, entry.name);
      return entry.isDirectory() ? below(inside) : inside.endsWith(".md") ? [inside] : [];
    });
  return ["README.md", "CONTRIBUTING.md", ...below("docs"), ...below("packages"), ...below("examples")];
}

test("every TypeScript example of the documentation compiles", () => {
  mkdirSync(folder, { recursive: true });
  const sources = new Map<string, string>();
  for (const page of pages()) {
    const text = readFileSync(join(root, page), "utf8");
    for (const [n, [, code = ""]] of [...text.matchAll(/^```ts\n(.*?)^```/gms)].entries()) {
      const name = `${page.replaceAll(/[/.]/g, "_")}_${n + 1}.ts`;
      // Each is a program of its own, as the reader would have it.
      writeFileSync(join(folder, name), `${code}\nexport {};\n`);
      sources.set(name, page);
    }
  }
  expect(sources.size).toBeGreaterThan(5);
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      extends: "../../../tsconfig.test.json",
      compilerOptions: { noUnusedLocals: false, noUnusedParameters: false },
      include: ["*.ts"],
    }),
  );
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const { stdout, status } = spawnSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8" });
  expect(stdout.replaceAll(`${relative(root, folder)}/`, "")).toBe("");
  expect(status).toBe(0);
});

test("every link between pages leads somewhere", () => {
  const broken = pages().flatMap((page) =>
    [...readFileSync(join(root, page), "utf8").matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
      .map(([, target = ""]) => target)
      .filter((target) => !existsSync(join(root, page, "..", target)))
      .map((target) => `${page}: ${target}`),
  );
  expect(broken).toEqual([]);
});
