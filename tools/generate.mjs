// Regenerates packages/wire/src/gen from proto/: the protobuf-es schemas and the lazy views.
import { readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./run.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const out = join(root, "packages", "wire", "src", "gen");
const plugin = (path) => join(root, ...path.split("/"));

for (const file of readdirSync(out)) rmSync(join(out, file));
run(
  process.env.PROTOC ?? "protoc",
  [
    `--plugin=protoc-gen-es=${plugin("node_modules/.bin/protoc-gen-es")}`,
    `--plugin=protoc-gen-views=${plugin("tools/protoc-gen-views.mjs")}`,
    `--es_out=${out}`,
    "--es_opt=target=ts,import_extension=ts,erasable_syntax=true",
    `--views_out=${out}`,
    "--views_opt=target=ts,import_extension=ts",
    `--proto_path=${join(root, "proto")}`,
    ...readdirSync(join(root, "proto")).filter((file) => file.endsWith(".proto")),
  ],
  root,
  "Install protoc, the protobuf compiler: apt-get install protobuf-compiler (or name yours in $PROTOC).",
);
