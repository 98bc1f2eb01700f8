import { TraceError } from "@sentrytap/core";
import { describe, expect, test } from "vitest";
import { errorsOf, mustLoad, ruleYaml } from "../../test/load.ts";
import { makeOpen } from "../../test/tracked-event.ts";
import { formatAlertJson } from "../output/format-alert-json.ts";
import { createFieldRegistry } from "./field-registry.ts";

describe("createFieldRegistry", () => {
  test("has fields of one's own beside Falco's", () => {
    const fields = createFieldRegistry();
    fields.register({ name: "app.score", type: "number", description: "d", read: () => 7 });
    fields.register({
      name: "app.label",
      type: "string",
      argument: "word",
      description: "d",
      read: (event, key) => `${key ?? "none"} ${event.type}`,
    });
    const rules = mustLoad(
      ruleYaml("app.score > 6 and app.label[k] = 'k openat'", "%app.score %app.label[k] %app.label"),
      { fields },
    );
    const [alert] = rules.evaluate(makeOpen());
    expect(alert?.output).toBe("7 k openat none openat");
    expect(alert?.outputFields).toEqual({
      "app.score": 7,
      "app.label": "none openat",
      "app.label[k]": "k openat",
    });
    expect([...fields].find(({ name }) => name === "app.label")).toMatchObject({
      type: "string",
      argument: "word",
    });
  });

  test("a field that throws has no value, and is counted", () => {
    const fields = createFieldRegistry();
    fields.register({
      name: "app.broken",
      type: "string",
      description: "d",
      read: () => {
        throw new Error("no");
      },
    });
    const rules = mustLoad(ruleYaml("not app.broken = x"), { fields });
    expect(rules.evaluate(makeOpen())).toHaveLength(1);
    expect(fields.failures).toBe(1);
  });

  test.each<[string, unknown]>([
    ["an object", {}],
    ["a function", () => 1],
    ["a symbol", Symbol("x")],
    ["a list of nothing", [null, undefined]],
    ["a list of functions", [() => 1]],
    ["no number", Number.NaN],
  ])("whose reader gives %s instead of a text leaves the alert's line JSON", (_, said) => {
    const fields = createFieldRegistry();
    fields.register({ name: "app.odd", type: "string", description: "d", read: () => said as string });
    const [alert] = mustLoad(ruleYaml("evt.type = openat", "%app.odd"), { fields }).evaluate(makeOpen());
    expect(alert && JSON.parse(formatAlertJson(alert))).toMatchObject({ rule: "r" });
  });

  test.each(["proc.name", "evt.arg.fd", "evt.arg", "noDot", "a.b c", "9.a"])(
    "%s cannot be registered",
    (name) => {
      const fields = createFieldRegistry();
      const register = (): void =>
        fields.register({ name, type: "string", description: "d", read: () => "x" });
      expect(register).toThrow(TraceError);
    },
  );

  test.each([
    [{ type: "strin" }, 'the field "app.x" has no type "strin": did you mean "string"?'],
    [{ type: "array" }, 'the field "app.x" has no type "array": use one of string, boolean, number, '],
    [{ type: undefined }, 'the field "app.x" has no type "undefined": use one of '],
    [{ read: undefined }, 'the field "app.x" has no read(): say what reads it'],
  ])("a field with %j, as programs without types write it, is refused", (wrong, message) => {
    const field = { name: "app.x", type: "string", description: "d", read: () => "x", ...wrong };
    const register = (): void => createFieldRegistry().register(field as never);
    expect(register).toThrow(expect.objectContaining({ code: "ERR_INVALID_ARGUMENT" }));
    expect(register).toThrow(message);
  });

  test("knows arguments", () => {
    const fields = createFieldRegistry();
    expect(fields.has("proc.aname", "2")).toBe(true);
    expect(fields.has("proc.aname", "x")).toBe(false);
    expect(fields.has("proc.name", "2")).toBe(false);
    expect(fields.has("proc.env", "HOME")).toBe(true);
    expect(fields.has("evt.arg.flags")).toBe(true);
    expect(fields.has("evt.arg.nosuch")).toBe(false);
    expect(fields.has("evt.arg", "0")).toBe(true);
  });

  test("every description says what it is", () => {
    for (const { name, description } of createFieldRegistry()) expect(description, name).toMatch(/\.$|: .*$/);
  });
});

test("what is wrong with a field is said", () => {
  expect(errorsOf(ruleYaml("proc.aname[x] = a"))[0]).toMatch(
    /the argument of "proc.aname" must be a number such as 1, not "x"/,
  );
  expect(errorsOf(ruleYaml("proc.name[2] = a"))[0]).toMatch(/takes no argument: take \[2\] away/);
  expect(errorsOf(ruleYaml("evt.arg = a"))[0]).toMatch(/needs the name or number of an argument/);
});
