// Looks at what `npm pack` would publish of every package that is not private: whatever its package.json points to must
// be inside, and nothing of tests or builds that users have no use for.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const unwanted = /\.test\.[cm]?[jt]s$|\.test-d\.ts$|\.bench\.ts$|\.fixture\.ts$|\.tsbuildinfo$|^test\//;
const problems = [];

for (const folder of readdirSync(join(root, "packages")).sort()) {
  const file = join(root, "packages", folder, "package.json");
  if (!existsSync(file)) continue;
  const manifest = JSON.parse(readFileSync(file, "utf8"));
  if (manifest.private) continue;
  const { files, size } = pack(folder);
  const paths = new Set(files.map(({ path }) => path));
  for (const target of targets(manifest)) {
    if (!paths.has(target))
      problems.push(`${manifest.name}: package.json points to ${target}, which is not packed`);
  }
  if (!paths.has("LICENSE")) problems.push(`${manifest.name}: packs no LICENSE`);
  for (const path of paths) if (unwanted.test(path)) problems.push(`${manifest.name}: packs ${path}`);
  console.log(
    `${manifest.name} ${manifest.version}: ${paths.size} files, ${Math.ceil(size / 1000)} kB packed`,
  );
}

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);

function pack(folder) {
  const args = ["pack", "--dry-run", "--json", "--ignore-scripts"];
  const { status, stdout, stderr } = spawnSync("npm", args, {
    cwd: join(root, "packages", folder),
    encoding: "utf8",
  });
  if (status !== 0) {
    console.error(`npm pack failed in packages/${folder}:\n${stderr}`);
    process.exit(1);
  }
  return JSON.parse(stdout)[0];
}

/** Every file that a package.json names for its users, without the leading "./". Patterns are left out. */
function targets({ main, types, bin, exports }) {
  const found = [];
  const collect = (value) => {
    if (typeof value === "string") found.push(value.replace(/^\.\//, ""));
    else if (value && typeof value === "object") for (const inner of Object.values(value)) collect(inner);
  };
  for (const value of [main, types, bin, exports]) collect(value);
  return found.filter((path) => !path.includes("*"));
}
