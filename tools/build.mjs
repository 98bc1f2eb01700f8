// Builds all: the TypeScript of every package and the native addon of @sentrytap/seqpacket.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./run.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
run(process.execPath, [join(root, "node_modules", "typescript", "bin", "tsc"), "-b"], root);
run(process.execPath, [join(root, "packages", "seqpacket", "native", "build.mjs")], root);
