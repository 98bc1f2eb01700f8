// Puts all that the command loads into a few files, packages/cli/dist/bundle: to find and read five hundred small ones takes
// Node.js longer than whatever else happens until `detect` listens. What is in them is what tsc made, with its source maps.
import { existsSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const packages = join(root, "packages");
const compiled = join(packages, "cli", "dist");
const out = join(compiled, "bundle");

/** The umbrella knows all packages, and may be the only one that the command can find. */
const entryOf = `
import { createRequire as requireFrom } from "node:module";
import { pathToFileURL as urlOf } from "node:url";
function entryOf(name) {
  return urlOf(requireFrom(import.meta.resolve("sentrytap")).resolve(name));
}`;

/** `yaml` as modules, of which only what is used is taken; what Node.js gets is CommonJS. The code is the same. */
const yamlModules = join(root, "node_modules", "yaml", "browser", "index.js");

rmSync(out, { recursive: true, force: true });
const bundle = await rolldown({
  input: join(compiled, "main.js"),
  platform: "node",
  resolve: { alias: { yaml: yamlModules } },
  plugins: [{ name: "ours", load, generateBundle }],
});
await bundle.write({ dir: out, chunkFileNames: "[name].js", sourcemap: true, comments: { jsdoc: false } });
await bundle.close();

/** Our modules, with the maps to their TypeScript. */
function load(id) {
  if (!id.startsWith(packages) || !existsSync(`${id}.map`)) return undefined;
  return {
    code: withPlace(readFileSync(id, "utf8"), id),
    map: JSON.parse(readFileSync(`${id}.map`, "utf8")),
  };
}

/** What looks for files of its package looks from where it stood: beside the entry of that package, wherever it is installed. */
function withPlace(code, id) {
  if (!code.includes("import.meta.url")) return code;
  const [folder, , ...path] = relative(packages, id).split(sep);
  const { name } = JSON.parse(readFileSync(join(packages, folder, "package.json"), "utf8"));
  const entries = {
    cli: `new URL("../main.js", import.meta.url)`,
    sentrytap: `import.meta.resolve("sentrytap")`,
  };
  const place = `new URL("${path.join("/")}", ${entries[folder] ?? `entryOf("${name}")`}).href`;
  return code.replaceAll("import.meta.url", place) + (folder in entries ? "" : entryOf);
}

/** Others' code comes with their licences. What is ASCII V8 keeps with a byte for each character, and reads faster. */
function generateBundle(_options, chunks) {
  for (const chunk of Object.values(chunks)) if (chunk.type === "chunk") chunk.code = ascii(chunk.code);
  const ids = Object.values(chunks).flatMap(({ moduleIds = [] }) => moduleIds);
  const folders = new Set(ids.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(id) ?? []));
  const source = [...[...folders].sort().map(licenceOf), ...noticesIn(ids)].join("\n\n");
  this.emitFile({ type: "asset", fileName: "LICENCES.txt", source });
}

function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = ["LICENSE", "LICENSE.txt", "LICENSE.md"].map((each) => join(folder, each)).find(existsSync);
  return `${name} ${version}, ${license}\n\n${file === undefined ? "" : readFileSync(file, "utf8")}`;
}

/** Licences that stand in the code itself, where it is somebody else's yet. */
function noticesIn(ids) {
  const files = ids.filter((id) => id.includes("/node_modules/") && existsSync(id));
  const heads = files.flatMap((id) => /^(?:\/\/.*\n)+/.exec(readFileSync(id, "utf8")) ?? []);
  return new Set(heads.filter((head) => head.includes("Redistribution")));
}

/** Characters beyond ASCII stand in strings and patterns only. */
function ascii(code) {
  return code.replaceAll(/[^\0-\x7f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
