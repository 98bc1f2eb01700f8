// Builds all: the TypeScript of every package, the native addon of @sentrytap/seqpacket, and the bundle of the command.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./run.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
run(process.execPath, [join(root, "node_modules", "typescript", "bin", "tsc"), "-b"], root);
run(process.execPath, [join(root, "packages", "seqpacket", "native", "build.mjs")], root);
run(process.execPath, [join(root, "tools", "bundle.mjs")], root);
