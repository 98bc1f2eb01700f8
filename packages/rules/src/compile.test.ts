import { flat, pipe } from "@sentrytap/core";
import type { TrackedEvent } from "@sentrytap/state";
import { describe, expect, test } from "vitest";
import { makeDescriptor, makeEvent, makeOpen } from "../test/tracked-event.ts";
import { type CompileOptions, type CompileResult, compile } from "./compile.ts";
import { formatDiagnostic } from "./diagnostic.ts";
import type { Filter } from "./evaluating/filter.ts";
import { where } from "./evaluating/where.ts";
import { createFieldRegistry } from "./fields/field-registry.ts";

function mustCompile(condition: string, options?: CompileOptions): Filter {
  const compiled = compile(condition, options);
  if (!compiled.ok) throw new Error(problems(compiled).join("\n"));
  return compiled.filter;
}

function problems(compiled: CompileResult): readonly string[] {
  return (compiled.ok ? compiled.warnings : compiled.diagnostics).map((one) => formatDiagnostic(one));
}

const close = makeEvent("close", { res: 0, fd: 3 });

describe("compile", () => {
  test("makes a filter of a condition", () => {
    const filter = mustCompile("evt.type in (open, openat) and fd.name = /etc/shadow");
    expect(filter.matches(makeOpen())).toBe(true);
    expect(filter.matches(makeOpen({ direction: "enter" }))).toBe(false);
    expect(filter.matches(makeOpen({ fd: makeDescriptor({ name: "/x" }) }))).toBe(false);
    expect(filter.matches(close)).toBe(false);
    expect(filter.eventTypes).toEqual({ only: new Set(["open", "openat"]) });
    expect([...filter.fields].sort()).toEqual(["evt.type", "fd.name"]);
    expect(filter.condition).toBe("evt.type in (open, openat) and fd.name = /etc/shadow");
  });

  test("knows macros and lists that it is given, in whatever order", () => {
    const filter = mustCompile("reads and fd.name in (all_secrets)", {
      macros: { reads: "opens and evt.is_open_read = true", opens: "evt.type in (open, openat)" },
      lists: { all_secrets: ["secrets", "/etc/my file"], secrets: ["/etc/shadow"] },
    });
    expect(filter.matches(makeOpen())).toBe(true);
    expect(filter.explain(makeOpen())).toMatchObject({
      holds: true,
      condition: {
        operands: [{ kind: "macro", name: "reads" }, { expected: ["/etc/shadow", "/etc/my file"] }],
      },
    });
  });

  test("counts the events of its stream", () => {
    const filter = mustCompile("evt.num = 2");
    expect([makeOpen(), close, makeOpen()].map((event) => filter.matches(event))).toEqual([
      false,
      true,
      false,
    ]);
  });

  test("tells what is wrong, and where", () => {
    expect(problems(compile("evt.type = openat and\n  fd.nam = x and nothing"))).toEqual([
      'condition:2:3: error LOAD_ERR_COMPILE_CONDITION: there is no field "fd.nam": did you mean "fd.name"?',
      expect.stringMatching(/^condition:2:18: error LOAD_ERR_VALIDATE: there is no macro "nothing"/),
    ]);
    expect(problems(compile(""))).toHaveLength(1);
    const inMacro = compile("m", { macros: { m: "proc.name = x and proc.nam = y" } });
    expect(problems(inMacro)[0]).toMatch(/^macro m:1:19: error .* "proc\.nam"/);
    const circle = compile("a", { macros: { a: "b", b: "not a" } });
    expect(problems(circle)[0]).toMatch(/in a circle: a > b > a/);
  });

  test("warns as a rules file does", () => {
    const compiled = compile("evt.dir = <");
    expect(compiled.ok).toBe(true);
    expect(problems(compiled)[0]).toMatch(/^condition:1:1: warning LOAD_DEPRECATED_ITEM/);
  });

  test("what throws does not match, and is counted", () => {
    const fields = createFieldRegistry();
    const read = (): string => ({}) as unknown as string;
    fields.register({ name: "app.tag", type: "string", description: "d", read });
    const filter = mustCompile("not app.tag = x", { fields });
    expect(filter.matches(makeOpen())).toBe(false);
    expect(filter.failures).toBe(1);
  });
});

test("where is a stage that lets through what matches", async () => {
  async function* source(): AsyncGenerator<readonly TrackedEvent[]> {
    yield [makeOpen(), close];
    yield [close];
    yield [makeOpen({ direction: "enter" }), makeOpen()];
  }
  const through: string[] = [];
  for await (const { type } of flat(pipe(source(), where(mustCompile("evt.type != close"))))) {
    through.push(type);
  }
  expect(through).toEqual(["openat", "openat"]);
});
