import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's root folder. */
export const root: string = fileURLToPath(new URL("../../", import.meta.url));

/** One import or re-export of a source file. */
export interface Import {
  readonly specifier: string;
  /** Only types are imported: nothing of it is left when the program runs. */
  readonly typeOnly: boolean;
}

/** A TypeScript file of a package, tests aside. */
export interface SourceFile {
  /** From the project's root: `packages/core/src/stage.ts`. */
  readonly path: string;
  readonly imports: readonly Import[];
}

/** What of a package.json matters here. */
export interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** A folder of packages/. */
export interface Package {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly files: readonly SourceFile[];
}

/** Every package, with its sources. */
export function readPackages(): readonly Package[] {
  const packages = join(root, "packages");
  return readdirSync(packages).map((folder) => ({
    folder,
    manifest: JSON.parse(readFileSync(join(packages, folder, "package.json"), "utf8")) as Manifest, // npm checks it
    files: sourcesOf(join(packages, folder, "src")),
  }));
}

function sourcesOf(folder: string): SourceFile[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !/\.(test|test-d|bench)\.ts$/.test(file))
    .map((file) => {
      const path = join(folder, file);
      return { path: relative(root, path), imports: importsOf(readFileSync(path, "utf8")) };
    });
}

const statement = /^(import|export)\s+(type\s+)?(?:([^;"']*?)\s+from\s+)?["']([^"']+)["']/gm;
const call = /\bimport\(\s*["']([^"']+)["']\s*\)/g;

/** The imports of a source text: statements, re-exports and calls; not those in comments. */
export function importsOf(source: string): Import[] {
  const text = source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
  const statements = [...text.matchAll(statement)].map(([, , type, names = "", specifier = ""]) => ({
    specifier,
    typeOnly: type !== undefined || onlyTypes(names),
  }));
  const calls = [...text.matchAll(call)].map(([, specifier = ""]) => ({ specifier, typeOnly: false }));
  return [...statements, ...calls];
}

/** `{ type A, type B }`. */
function onlyTypes(names: string): boolean {
  const listed = names.match(/^\{([\s\S]*)\}$/)?.[1];
  return listed?.split(",").every((name) => name.trim() === "" || name.trim().startsWith("type ")) ?? false;
}

/** The file that a relative import of `file` means, from the project's root. */
export function resolveImport(file: SourceFile, specifier: string): string {
  return join(dirname(file.path), specifier);
}
