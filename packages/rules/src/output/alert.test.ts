import { describe, expect, test } from "vitest";
import { errorsOf, mustLoad, ruleYaml } from "../../test/load.ts";
import { makeDescriptor, makeOpen, makeProcess, makeThread } from "../../test/tracked-event.ts";
import type { Alert } from "../alert.ts";
import { formatAlertJson } from "./format-alert-json.ts";
import { formatAlertText } from "./format-alert-text.ts";

function alertOf(output: string, event = makeOpen()): Alert {
  const [alert] = mustLoad(ruleYaml("evt.type = openat", output)).evaluate(event);
  if (alert === undefined) throw new Error("no alert");
  return alert;
}

describe("outputs", () => {
  test.each([
    ["plain", "plain"],
    ["%proc.name", "cat"],
    ["*%proc.name", "cat"],
    ["%proc.name%proc.vpid", "cat7"],
    ["%proc.name.", "cat."],
    ["%proc.name,x (%proc.name) [%proc.name]", "cat,x (cat) [cat]"],
    ["%proc.namex", "catx"],
    ["%proc.aname[2]", "<NA>"],
    ["%proc.name[2]", "cat[2]"],
    ["%proc.env[HOME] %proc.env[NONE]|", "/root |"],
    ["%toupper(proc.name) %basename(fd.name)", "CAT shadow"],
    ["%len(proc.name)", "<NA>"],
    ["%6proc.name|%2proc.name|", "cat   |ca|"],
    [
      "%evt.args",
      "fd=3(<f>/etc/shadow) dirfd=-100(AT_FDCWD) name=/etc/shadow flags=1(O_RDONLY) mode=0 dev=0 ino=0",
    ],
    ["%evt.arg.flags %evt.arg[0] %evt.arg.fd %evt.rawarg.fd", "O_RDONLY <f>/etc/shadow <f>/etc/shadow 3"],
    ["%evt.time.iso8601", "2026-11-21T18:41:01.313392178+0000"],
    ["%evt.rawtime %evt.rawtime.s %evt.rawtime.ns", "1795286461313392178 1795286461 313392178"],
    ["%evt.is_open_read %evt.failed %evt.res", "true false SUCCESS"],
    ["%proc.cmdline|%proc.exeline|%proc.cwd", "cat /etc/shadow|cat /etc/shadow|/root/"],
    ["100%%proc.name", undefined],
  ])("%s prints %s", (format, text) => {
    if (text === undefined) expect(errorsOf(ruleYaml("evt.type=open", format))).toHaveLength(1);
    else expect(alertOf(format).output).toBe(text);
  });

  test.each([
    ["%", "a % at the end"],
    ["%nosuch.field", 'there is no field "nosuch.field"'],
    ["%nosuch(proc.name)", "is no field, nor a function of one"],
    ["%fd.ip", "the field fd.ip can be compared, but has no one value to print"],
    ["%len(proc.aname)", "len() cannot be applied to fields of several values"],
  ])("%s is an error", (format, message) => {
    const [line] = errorsOf(ruleYaml("evt.type=open", format));
    expect(line).toContain("r.yaml".slice(0, 0) + message);
    expect(line).toContain("LOAD_ERR_COMPILE_OUTPUT");
  });
});

describe("formatAlertJson", () => {
  const alert = alertOf("file=%fd.name parent=%proc.pname %evt.time.iso8601 %proc.vpid %toupper(proc.name)");

  test("writes what Falco writes, key for key, integers exact", () => {
    expect(formatAlertJson(alert, { timeFormat: "iso8601" })).toBe(
      '{"output":"2026-11-21T18:41:01.313392178+0000: Informational file=/etc/shadow parent=<NA> ' +
        '2026-11-21T18:41:01.313392178+0000 7 CAT","output_fields":{"evt.time.iso8601":1795286461313392178,' +
        '"fd.name":"/etc/shadow","proc.name":"cat","proc.pname":null,"proc.vpid":7},"priority":"Informational",' +
        '"rule":"r","source":"syscall","tags":[],"time":"2026-11-21T18:41:01.313392178Z"}',
    );
  });

  test("begins with the host's name where there is one", () => {
    expect(formatAlertJson(alert, { hostname: "h" })).toMatch(
      /^\{"hostname":"h","output":"\d\d:\d\d:\d\d\.313392178: /,
    );
    expect(formatAlertJson(alert)).toContain('"evt.time":1795286461313392178');
  });

  test("can be parsed whatever a sandbox puts in its names", () => {
    const name = '\u001b[2J"\\\n\u0000\ud800\u007f\u009b31m\u202e\u{e0041}\u2028\ufe0f';
    const hostile = alertOf("%fd.name", makeOpen({ fd: makeDescriptor({ name }) }));
    expect(JSON.parse(formatAlertJson(hostile)).output_fields["fd.name"]).toBe(name);
  });
});

describe("formatAlertText", () => {
  test("is Falco's line", () => {
    expect(formatAlertText(alertOf("x %proc.name"))).toMatch(
      /^\d\d:\d\d:\d\d\.313392178: Informational x cat$/,
    );
    expect(formatAlertText(alertOf("x"), { timeFormat: "iso8601" })).toBe(
      "2026-11-21T18:41:01.313392178+0000: Informational x",
    );
  });

  test("lets nothing through that moves a cursor or ends a line", () => {
    const args = [
      "\u001b]0;title\u0007",
      "a\r\nb",
      "\u009b31m",
      "\u202egpj",
      "\u061c\u200b\ufeffx",
      "\u0000",
      "\u3164\u2800\u{e0101}y",
      "日本",
    ];
    const event = makeOpen({ thread: makeThread(makeProcess({ args })) });
    const text = formatAlertText(alertOf("%proc.args", event));
    expect(text.slice(text.indexOf("Informational "))).toBe(
      "Informational .]0;title. a..b .31m .gpj ...x . ...y 日本",
    );
  });
});

test("an alert refers to its event and its sandbox", () => {
  const event = makeOpen();
  const alert = alertOf("x", event);
  expect(alert.event).toBe(event);
  expect(alert.sandbox).toBe(event.sandbox);
  expect(alert).toMatchObject({ rule: "r", priority: "Informational", source: "syscall", tags: [] });
  expect(alert.time).toBe("2026-11-21T18:41:01.313392178Z");
});

test("hundreds of fields of what a sandbox chose make no line without end", () => {
  const long = "\u0001".repeat(100_000);
  let process = makeProcess({ args: [long] });
  for (let i = 0; i < 20; i++) process = makeProcess({ args: [long], parent: process });
  const ways = Array.from({ length: 800 }, (_, i) => `%proc.acmdline[${"0".repeat(i / 20)}${i % 20}]`);
  const { output, outputFields } = alertOf(ways.join(" "), makeOpen({ thread: makeThread(process) }));
  const fields = Object.values(outputFields);
  expect(output).toHaveLength(262_144);
  expect(fields.length).toBeGreaterThan(100);
  expect(fields.join("").length).toBeLessThan(2_000_000);
  // What stands behind is cut, but still there.
  expect(fields.map((value) => String(value).length)).toContain(1_000);
});
