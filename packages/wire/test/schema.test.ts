import { existsSync, readFileSync } from "node:fs";
import { type DescField, type DescFile, ScalarType } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { file_common, MessageTypeSchema } from "../src/gen/common_pb.ts";
import { file_container } from "../src/gen/container_pb.ts";
import { file_sentry } from "../src/gen/sentry_pb.ts";
import { file_syscall } from "../src/gen/syscall_pb.ts";
import { payloadSchemas } from "../src/index.ts";
import { messages, messageTypes, payloads } from "./protocol.fixture.ts";

const files: readonly DescFile[] = [file_common, file_container, file_sentry, file_syscall];
const generated = new Map(files.flatMap((file) => file.messages).map((found) => [found.typeName, found]));

function factOf(field: DescField): string {
  return `${field.number} ${field.name}: ${typeOf(field)}`;
}

function typeOf(field: DescField): string {
  if (field.fieldKind === "message") return field.message.typeName.replace("gvisor.", "");
  if (field.fieldKind === "scalar") return ScalarType[field.scalar].toLowerCase();
  if (field.fieldKind === "list" && field.listKind === "scalar")
    return `repeated ${ScalarType[field.scalar].toLowerCase()}`;
  return field.fieldKind;
}

describe("the generated schemas", () => {
  test("are all the messages of the protocol and no others", () => {
    expect([...generated.keys()].sort()).toEqual(Object.keys(messages).sort());
  });

  test.each(Object.entries(messages))("%s has the fields of the protocol", (name, facts) => {
    const fields = generated.get(name)?.fields.map(factOf) ?? [];
    expect([...fields].sort()).toEqual([...facts].sort());
  });

  test("number the message types as the protocol does", () => {
    expect(MessageTypeSchema.values.map(({ number, name }) => [number, name])).toEqual(
      messageTypes.map((name, number) => [number, name]),
    );
  });

  test("are the payloads of the right types", () => {
    const found = Object.entries(payloadSchemas).map(([type, { typeName }]) => [
      messageTypes[Number(type)],
      typeName,
    ]);
    expect(Object.fromEntries(found)).toEqual(payloads);
  });

  test("are all proto3", () => {
    expect(files.map((file) => file.edition)).toEqual(files.map(() => 999)); // EDITION_PROTO3
  });
});

const page = new URL("../../../../shared/spec/trace-protocol.md", import.meta.url);
if (!existsSync(page)) process.stderr.write(`SKIPPED: facts against their source (no ${page.pathname})\n`);

test.skipIf(!existsSync(page))("the facts are those of the page they were taken from", () => {
  const text = readFileSync(page, "utf8");
  const found = [...text.matchAll(/^- `(gvisor\.\w+\.\w+)` — (.*)$/gm)];
  expect(Object.fromEntries(found.map(([, name, fields]) => [name, fields?.split(" · ")]))).toEqual(messages);
  const types = [...text.matchAll(/(\d+) (MESSAGE_\w+)/g)].map(([, number, name]) => [Number(number), name]);
  expect(types).toEqual(messageTypes.map((name, number) => [number, name]));
});
