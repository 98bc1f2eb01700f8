// Makes a bare clone ready: installs what package-lock.json names and builds everything. Does nothing that is done.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./run.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
if (!existsSync(join(root, "node_modules", ".package-lock.json"))) {
  run("npm", ["ci", "--no-audit", "--no-fund"], root);
}
run(process.execPath, [join(root, "tools", "build.mjs")], root);
