// Regenerates what is made of .proto files: from proto/ the schemas and the lazy views of packages/wire, from proto/cri the schemas
// of packages/containers, from test/e2e/cri those by which tests run pods.
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./run.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const inRoot = (path) => join(root, ...path.split("/"));

generate("proto", "packages/wire/src/gen", ["views"]);
generate("proto/cri", "packages/containers/src/gen");
generate("test/e2e/cri", "test/e2e/cri/gen");

function generate(from, to, further = []) {
  const out = inRoot(to);
  mkdirSync(out, { recursive: true });
  for (const file of readdirSync(out)) rmSync(join(out, file));
  run(
    process.env.PROTOC ?? "protoc",
    [
      `--plugin=protoc-gen-es=${inRoot("node_modules/.bin/protoc-gen-es")}`,
      `--es_out=${out}`,
      "--es_opt=target=ts,import_extension=ts,erasable_syntax=true",
      ...further.flatMap((name) => [
        `--plugin=protoc-gen-${name}=${inRoot(`tools/protoc-gen-${name}.mjs`)}`,
        `--${name}_out=${out}`,
        `--${name}_opt=target=ts,import_extension=ts`,
      ]),
      `--proto_path=${inRoot(from)}`,
      ...readdirSync(inRoot(from)).filter((file) => file.endsWith(".proto")),
    ],
    root,
    "Install protoc, the protobuf compiler: apt-get install protobuf-compiler (or name yours in $PROTOC).",
  );
}
