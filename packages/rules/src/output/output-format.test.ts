import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { errorsOf, mustLoad, ruleYaml } from "../../test/load.ts";
import { makeDescriptor, makeOpen, makeProcess, makeThread } from "../../test/tracked-event.ts";
import type { Alert } from "../alert.ts";
import { createFieldRegistry } from "../fields/field-registry.ts";
import { formatAlertJson } from "./format-alert-json.ts";
import { formatAlertText } from "./format-alert-text.ts";
import type { OutputOptions } from "./output-options.ts";

function alertOf(format: string, event = makeOpen(), output: OutputOptions = {}): Alert {
  const [alert] = mustLoad(ruleYaml("evt.type = openat", format), { output }).evaluate(event);
  if (alert === undefined) throw new Error("no alert");
  return alert;
}

function named(name: string): ReturnType<typeof makeOpen> {
  return makeOpen({ fd: makeDescriptor({ name }) });
}

describe("lengths", () => {
  test("a value is cut, with a mark, in the text and among the fields", () => {
    const alert = alertOf("<%fd.name>", named("x".repeat(50)), { maxValueLength: 20 });
    expect(alert.output).toBe(`<${"x".repeat(17)}...>`);
    expect(alert.outputFields["fd.name"]).toBe(`${"x".repeat(17)}...`);
  });

  test("what fits is left alone", () => {
    const alert = alertOf("%fd.name", named("x".repeat(20)), { maxValueLength: 20, maxOutputLength: 20 });
    expect(alert.output).toBe("x".repeat(20));
  });

  test("no character is cut in two", () => {
    const alert = alertOf("%fd.name|%3fd.name|", named("🦀".repeat(20)), { maxValueLength: 20 });
    expect(alert.output).toBe(`${"🦀".repeat(8)}...|🦀 |`);
  });

  test("an output is cut, however many values it has", () => {
    const format = "%fd.name".repeat(1000);
    const { output } = alertOf(format, named("x".repeat(1000)), { maxOutputLength: 5000 });
    expect(output).toBe(`${"x".repeat(4997)}...`);
  });

  test("there are limits unless told otherwise", () => {
    const alert = alertOf("%fd.name".repeat(10), named("x".repeat(1_000_000)));
    expect(String(alert.outputFields["fd.name"])).toHaveLength(65_536);
    expect(alert.output).toHaveLength(262_144);
  });

  test.each([`%${"9".repeat(400)}proc.name`, "%65537proc.name"])("a width has one, too", (format) => {
    expect(errorsOf(ruleYaml("evt.type = open", format))[0]).toContain("is too wide: 65536 is the most");
  });

  test.each([
    `%${"a.b".repeat(100_000)}`,
    `%proc.env[${"x".repeat(500_000)}`,
    `${"%toupper(".repeat(50_000)}proc.name${")".repeat(50_000)}`,
    "%".repeat(500_000),
  ])("a hostile format is judged at once", (format) => {
    const began = performance.now();
    loadOnce(format);
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});

function loadOnce(format: string): void {
  errorsOf(ruleYaml("evt.type = open", format));
}

test.each(["%proc.name %fd.nam", "%container.info %fd.nam", "%container.info|%container.info%fd.nam"])(
  "what is wrong in %s has its own column",
  (format) => {
    const line = `  output: "${format}"`;
    const text = `- rule: r\n  desc: d\n  condition: evt.type = open\n${line}\n  priority: INFO\n`;
    expect(errorsOf(text)[0]).toContain(`0.yaml:4:${line.indexOf("%fd.nam") + 1}: `);
  },
);

describe("data", () => {
  const fields = createFieldRegistry();
  fields.register({ name: "app.data", type: "bytes", description: "Data.", read: () => "a\0\u00ff\nz" });
  fields.register({ name: "app.load", type: "double", description: "Load.", read: () => 0.75 });

  test.each([
    ["text", "a...z"],
    ["base64", "YQD/Cno="],
    ["hex", "6100ff0a7a"],
  ] as const)("is printed as %s", (bytes, text) => {
    const rules = mustLoad(ruleYaml("evt.type = openat", "%app.data"), { fields, output: { bytes } });
    const [alert] = rules.evaluate(makeOpen());
    expect(alert?.output).toBe(text);
    expect(alert?.outputFields).toEqual({ "app.data": text });
  });

  test("numbers with a fraction have one digit of it in text", () => {
    const [alert] = mustLoad(ruleYaml("evt.type = openat", "%app.load"), { fields }).evaluate(makeOpen());
    expect(alert?.output).toBe("0.8");
    expect(alert?.outputFields).toEqual({ "app.load": 0.75 });
  });
});

describe("whatever a sandbox calls things", () => {
  const text = fc.string({ unit: "binary", maxLength: 60 });
  const format =
    "%proc.name %proc.cmdline %fd.name %evt.args %20proc.exepath %toupper(proc.cwd) %proc.env[A]";

  test("a line of text has nothing that moves a cursor, and JSON reads back", () => {
    const rules = mustLoad(ruleYaml("evt.type = openat", format), {
      output: { maxValueLength: 64, maxOutputLength: 256 },
    });
    fc.assert(
      fc.property(text, text, fc.array(text, { maxLength: 4 }), (name, path, args) => {
        const process = makeProcess({ name, args, exepath: path, cwd: path, env: [`A=${name}`] });
        const event = makeOpen({ thread: makeThread(process), fd: makeDescriptor({ name: path }) });
        const [alert] = rules.evaluate(event);
        if (alert === undefined) throw new Error("no alert");
        const line = formatAlertText(alert, { timeFormat: "iso8601" });
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(alert.output.length).toBeLessThanOrEqual(256);
        const json = formatAlertJson(alert);
        expect(json).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        const parsed = JSON.parse(json);
        expect(parsed.output_fields["fd.name"]).toBe(alert.outputFields["fd.name"]);
        expect(String(parsed.output_fields["fd.name"]).length).toBeLessThanOrEqual(64);
      }),
    );
  });

  test("has no more than 1,000 fields", () => {
    const output = (count: number): string => "%proc.name".repeat(count);
    expect(errorsOf(ruleYaml("evt.type = openat", output(1_000)))).toEqual([]);
    expect(errorsOf(ruleYaml("evt.type = openat", output(1_001)))).toEqual([
      expect.stringContaining("more than 1000 fields: an output can have no more"),
    ]);
  });

  test("any text is a format or an error, and never throws", () => {
    const pieces = fc.constantFrom(
      "%",
      "*",
      "proc.name",
      "proc.aname",
      "[",
      "]",
      "(",
      ")",
      "toupper",
      "len",
      "7",
      "x",
      " ",
      "🦀",
      "evt.arg.",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const format = `x${parts.join("")}`;
        const errors = errorsOf(ruleYaml("evt.type = openat", format));
        expect(errors.length).toBeLessThanOrEqual(1);
        if (errors.length === 0) expect(alertOf(format).output).not.toContain("undefined");
      }),
    );
  });
});
