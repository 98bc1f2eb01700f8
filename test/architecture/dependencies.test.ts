import { describe, expect, it } from "vitest";
import { importsOf, type Package, readPackages, resolveImport, type SourceFile } from "./sources.ts";

/** Which packages each may know of: arrows run one way, and rules and replay need no native part. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  core: [],
  wire: ["core"],
  seqpacket: ["core"],
  server: ["core", "wire", "seqpacket"],
  events: ["core", "wire"],
  state: ["core", "events"],
  rules: ["core", "events", "state"],
  runsc: ["core", "wire", "state", "rules"],
  containers: ["core", "wire", "rules", "runsc"],
  outputs: ["core", "rules"],
  testing: ["core", "events", "rules"],
  sentrytap: [
    "core",
    "wire",
    "seqpacket",
    "server",
    "events",
    "state",
    "rules",
    "runsc",
    "containers",
    "outputs",
    "testing",
  ],
  cli: ["core", "sentrytap"],
};

const packages = readPackages();
const folderOf = new Map(packages.map(({ manifest, folder }) => [manifest.name, folder]));
const everyFile = packages.flatMap(({ files }) => files);

/** `@scope/name` or `name` of a specifier such as `@scope/name/sub/path.ts`. */
function packageName(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

function isRelative(specifier: string): boolean {
  return specifier.startsWith(".");
}

function declared({ manifest }: Package): string[] {
  const { dependencies, peerDependencies, optionalDependencies } = manifest;
  return Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies });
}

/** Imports of other packages, as `file: package`. */
function outside(files: readonly SourceFile[]): { readonly path: string; readonly specifier: string }[] {
  return files.flatMap(({ path, imports }) =>
    imports
      .map(({ specifier }) => ({ path, specifier }))
      .filter(({ specifier }) => !isRelative(specifier) && !specifier.startsWith("node:")),
  );
}

describe.each(packages.map((each) => [each.folder, each] as const))("%s", (folder, each) => {
  it("has its place in the table of packages, and a name after its folder", () => {
    expect(Object.keys(allowed)).toContain(folder);
    expect(each.manifest.name).toBe(folder === "sentrytap" ? "sentrytap" : `@sentrytap/${folder}`);
  });

  it("imports and declares only packages that it may know of", () => {
    const ours = [...outside(each.files).map(({ specifier }) => packageName(specifier)), ...declared(each)]
      .map((name) => folderOf.get(name))
      .filter((other) => other !== undefined);
    const strangers = ours.filter((other) => !allowed[folder]?.includes(other));
    expect(new Set(strangers)).toEqual(new Set());
  });

  it("declares what it imports", () => {
    const known = new Set(declared(each));
    expect(outside(each.files).filter(({ specifier }) => !known.has(packageName(specifier)))).toEqual([]);
  });

  it("imports other packages of ours by their entries, never deep", () => {
    const deep = outside(each.files).filter(
      ({ specifier }) => folderOf.has(packageName(specifier)) && specifier !== packageName(specifier),
    );
    expect(deep).toEqual([]);
  });

  it("imports its own files by their whole names, and none outside its sources", () => {
    const paths = new Set(everyFile.map(({ path }) => path));
    const strange = each.files.flatMap((file) =>
      file.imports
        .filter(({ specifier }) => isRelative(specifier))
        .map(({ specifier }) => resolveImport(file, specifier))
        .filter((path) => !paths.has(path) || !path.startsWith(`packages/${folder}/src/`)),
    );
    expect(strange).toEqual([]);
  });
});

it("only the server, and the umbrella over all, know the native part", () => {
  const knowing = packages
    .filter((each) => declared(each).includes("@sentrytap/seqpacket"))
    .map(({ folder }) => folder);
  expect(["sentrytap", "server"]).toEqual(expect.arrayContaining(knowing));
});

it("no arrow of the table leads back", () => {
  const order = Object.keys(allowed);
  for (const [folder, others] of Object.entries(allowed)) {
    for (const other of others)
      expect(order.indexOf(other), `${folder} to ${other}`).toBeLessThan(order.indexOf(folder));
  }
});

it("no file imports itself, by way of however many others", () => {
  expect(cycles(everyFile)).toEqual([]);
});

/** Rings of imports that are there when the program runs. */
function cycles(files: readonly SourceFile[]): string[] {
  const imports = new Map(
    files.map((file) => [
      file.path,
      file.imports
        .filter(({ specifier, typeOnly }) => isRelative(specifier) && !typeOnly)
        .map(({ specifier }) => resolveImport(file, specifier)),
    ]),
  );
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) found.push([...trail.slice(at), path].join(" -> "));
    if (at >= 0 || done.has(path)) return;
    for (const next of imports.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of imports.keys()) visit(path, []);
  return found;
}

describe("the reading of imports", () => {
  it("finds statements, re-exports and calls, and tells types", () => {
    const source = `
      /** import { no } from "comment"; */
      // import "line";
`.concat(
      'import "a";\n',
      'import b from "b";\n',
      'import { c, type C } from "c";\n',
      'import type { D } from "d";\n',
      'import {\n  type E,\n  type F,\n} from "e";\n',
      'export { g } from "g";\n',
      'export type * from "h";\n',
      'const i = await import("i");\n',
      'export const text = "no";\n',
    );
    expect(
      importsOf(source).map(({ specifier, typeOnly }) => `${specifier}${typeOnly ? " type" : ""}`),
    ).toEqual(["a", "b", "c", "d type", "e type", "g", "h type", "i"]);
  });

  it("finds rings", () => {
    const file = (path: string, ...specifiers: string[]): SourceFile => ({
      path,
      imports: specifiers.map((specifier) => ({ specifier, typeOnly: specifier.startsWith("./type") })),
    });
    expect(cycles([file("a.ts", "./b.ts"), file("b.ts", "./c.ts"), file("c.ts", "./a.ts")])).toEqual([
      "a.ts -> b.ts -> c.ts -> a.ts",
    ]);
    expect(cycles([file("a.ts", "./type.ts", "./b.ts"), file("type.ts", "./a.ts"), file("b.ts")])).toEqual(
      [],
    );
  });

  it("finds the imports that are known to be there", () => {
    const threads = everyFile.find(({ path }) => path === "packages/state/src/threads.ts");
    expect(threads?.imports.map(({ specifier }) => specifier)).toContain("@sentrytap/events");
    expect(everyFile.length).toBeGreaterThan(60);
  });
});
