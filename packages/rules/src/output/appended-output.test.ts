import { describe, expect, test } from "vitest";
import { mustLoad, ruleYaml } from "../../test/load.ts";
import { makeOpen } from "../../test/tracked-event.ts";
import type { Alert } from "../alert.ts";
import { createFieldRegistry } from "../fields/field-registry.ts";
import { loadRules } from "../loading/load-rules.ts";
import type { AppendOutput, OutputOptions } from "./output-options.ts";
import { containerOutput, gvisorOutput } from "./output-options.ts";

const rule = ruleYaml("evt.type = openat", "%proc.name");

function alertWith(output: OutputOptions): Alert {
  const [alert] = mustLoad(rule, { output }).evaluate(makeOpen());
  if (alert === undefined) throw new Error("no alert");
  return alert;
}

function problem(output: unknown): string {
  try {
    // What JavaScript lets through.
    loadRules([], { output: output as OutputOptions });
  } catch (error) {
    expect(error).toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
    return (error as Error).message;
  }
  return "";
}

describe("what is added to outputs", () => {
  test("stands behind the rule's own text, and its fields are among the output's", () => {
    const { output, outputFields } = alertWith({ append: [{ extraOutput: "on %fd.name" }] });
    expect(output).toBe("cat on /etc/shadow");
    expect(outputFields).toEqual({ "proc.name": "cat", "fd.name": "/etc/shadow" });
  });

  test("may be fields alone", () => {
    const append: AppendOutput[] = [{ extraFields: ["proc.vpid", { file: "<%basename(fd.name)>" }] }];
    const { output, outputFields } = alertWith({ append });
    expect(output).toBe("cat");
    expect(outputFields).toEqual({ "proc.name": "cat", "proc.vpid": 7, file: "<shadow>" });
  });

  test("is what Falco adds for gVisor", () => {
    const append = [{ suggestedOutput: true }, { extraOutput: gvisorOutput }];
    expect(alertWith({ append }).output).toBe(
      "cat container_id=0123456789ab container_name=<NA> container_image_repository=<NA> " +
        "container_image_tag=<NA> k8s_pod_name=<NA> k8s_ns_name=<NA> vpid=7 vtid=7",
    );
    expect(alertWith({ append: [{ extraOutput: containerOutput }] }).output).toContain("container_name=<NA>");
  });

  test("has what is known of a container", () => {
    const containers = () => ({
      name: "web",
      imageRepository: "nginx",
      imageTag: "1",
      pod: { name: "p", namespace: "n" },
    });
    const output = { append: [{ suggestedOutput: true }] };
    const [alert] = mustLoad(rule, { containers, output }).evaluate(makeOpen());
    expect(alert?.output).toBe(
      "cat container_id=0123456789ab container_name=web container_image_repository=nginx container_image_tag=1 " +
        "k8s_pod_name=p k8s_ns_name=n",
    );
  });

  test("is among the fields that the rule reads", () => {
    const append = [{ extraOutput: "%fd.num", extraFields: ["proc.tty"] }];
    const [loaded] = mustLoad(rule, { output: { append } }).rules;
    expect([...(loaded?.fields ?? [])].sort()).toEqual(["evt.type", "fd.num", "proc.name", "proc.tty"]);
    expect(loaded?.output).toBe("%proc.name");
  });

  test("may name a field of one's own", () => {
    const fields = createFieldRegistry();
    fields.register({ name: "app.tenant", type: "string", description: "Whose.", read: () => "acme" });
    const output = { append: [{ extraFields: ["app.tenant"] }] };
    const [alert] = mustLoad(rule, { fields, output }).evaluate(makeOpen());
    expect(alert?.outputFields).toMatchObject({ "app.tenant": "acme" });
  });

  test("is warned of at the rule, where Falco deprecates it", () => {
    const output = { append: [{ extraOutput: "%evt.dir" }] };
    const loaded = loadRules([{ name: "r.yaml", text: rule }], { output });
    expect(loaded.ok && loaded.warnings).toMatchObject([{ code: "LOAD_DEPRECATED_ITEM", line: 1 }]);
  });
});

test.each<[what: unknown, message: string]>([
  [{ appended: [] }, 'output has no "appended": did you mean "append"?'],
  [{ append: [{ extra_output: "x" }] }, 'append[0] has no "extra_output"'],
  [{ append: [{}, { match: { tag: "x" } }] }, 'append[1].match has no "tag": did you mean "tags"?'],
  [{ append: [{ match: { tags: "x" } }] }, "append[0].match.tags must be a list of tags"],
  [
    { append: [{ extraOutput: "%fd.nam" }] },
    'append[0].extraOutput: there is no field "fd.nam": did you mean',
  ],
  [{ append: [{ extraOutput: 7 }] }, "append[0].extraOutput must be a text, not number"],
  [{ append: [{ extraFields: "evt.num" }] }, "append[0].extraFields must be a list"],
  [{ append: [{ extraFields: [7] }] }, "append[0].extraFields[0] must be a field, or formats by their names"],
  [{ append: [{ extraFields: ["evt.num", { a: "%" }] }] }, "append[0].extraFields[1]: a: a % at the end"],
  [{ append: [{ extraFields: ["proc.name!"] }] }, '"proc.name!" is more than a field: give it a name'],
  [
    { append: [{ extraFields: ["len(proc.name)"] }] },
    '"len(proc.name)" is more than a field: give it a name',
  ],
  [{ append: [{ extraFields: [{ a: "1" }, { a: "2" }] }] }, 'extraFields[1] adds "a" a second time'],
  [{ append: {} }, "append must be a list"],
  [{ append: ["x"] }, "append[0] must be an object"],
  [{ maxValueLength: 3 }, "maxValueLength must be a whole number of at least 16, not 3"],
  [{ maxOutputLength: 1.5 }, "maxOutputLength must be a whole number of at least 16, not 1.5"],
  [{ bytes: "octal" }, "bytes must be one of text, base64, hex, not octal"],
])("%j is an error", (output, message) => {
  expect(problem(output)).toContain(message);
});
