import type { TrackedEvent } from "@sentrytap/state";
import { describe, expect, test } from "vitest";
import { align } from "../src/align.ts";
import { parseArguments } from "../src/arguments.ts";
import { Classifier } from "../src/classify.ts";
import type { DifferenceClass } from "../src/difference.ts";
import { withArguments } from "../src/falco-events.ts";
import { Findings } from "../src/known.ts";
import type { OurEvent } from "../src/our-events.ts";
import { failuresOf } from "../src/report.ts";
import type { Values } from "../src/values.ts";

const message = { messageName: "MESSAGE_SYSCALL_CLOSE" };

/** An event of ours with those values. */
function our(values: Values, own: object = {}): OurEvent {
  const event = { type: values["evt.type"], message, failed: false, thread: { tid: 7 }, ...own };
  // What is left out, nothing here reads.
  return { event: event as unknown as TrackedEvent, values, alerts: new Map() };
}

describe("arguments", () => {
  test("are told apart by their names, in Falco's order", () => {
    expect(Object.fromEntries(parseArguments("clone", "res=2 exe=sh args=NULL tid=7(sh) flags=0"))).toEqual({
      "argument res": "2",
      "argument exe": "sh",
      "argument args": "NULL",
      "argument tid": "7(sh)",
      "argument flags": "0",
    });
    // A value that looks like the next argument is cut there, on both sides alike.
    const text = "res=0 exe=/bin/sh args=-c.echo tid=3 x. tid=7(sh) pid=7(sh) flags=0";
    expect(Object.fromEntries(parseArguments("clone", text))["argument args"]).toBe("-c.echo");
  });

  test("of a type that is not known are one", () => {
    expect(parseArguments("gap", "kind=drop count=3")).toEqual([["argument (all)", "kind=drop count=3"]]);
    expect(parseArguments("gap", "")).toEqual([]);
    expect(withArguments({ "evt.type": "close", "evt.args": "res=0 fd=3" })).toEqual({
      "evt.type": "close",
      "argument res": "0",
      "argument fd": "3",
    });
  });
});

describe("events", () => {
  const at = (time: string, type: string, tid: number): Values => ({
    "evt.rawtime": time,
    "evt.type": type,
    "thread.vtid": tid,
  });

  test("are one where time, type and thread are the same", () => {
    const ours = [our(at("1", "close", 7)), our(at("1", "pipe2", 7)), our(at("2", "close", 7))];
    const falco = [at("1", "close", 8), at("1", "pipe", 7), at("1", "close", 7)];
    const { steps, onlyFalco } = align("r", ours, falco);
    expect(steps.map(({ pair }) => pair?.falco)).toEqual([falco[2], falco[1], undefined]);
    expect(onlyFalco).toEqual([falco[0]]);
  });

  test("without times are one in their order", () => {
    const ours = [{ "evt.type": "close" }, { "evt.type": "close" }].map((values) => our(values));
    const falco = [1, 2].map((number) => ({ "evt.type": "close", "evt.rawtime": "0", "evt.num": number }));
    expect(align("r", ours, falco).steps.map(({ pair }) => pair?.falco["evt.num"])).toEqual([1, 2]);
  });
});

describe("differences", () => {
  const known: DifferenceClass = {
    id: "known",
    title: "t",
    fields: ["proc.exe"],
    right: "ours",
    why: "w",
    lasts: true,
    explains: ({ falco }) => falco === "/bin/x",
  };
  const step = (ours: Values, falco: Values, tid = 7): Parameters<Classifier["classify"]>[0] => {
    const own = our(ours, { thread: { tid, process: { parentPid: 7 } } });
    return { ours: own, pair: { recording: "r", ours: own, falco } };
  };
  const idsOf = (classifier: Classifier, ours: Values, falco: Values, tid = 7): unknown =>
    classifier.classify(step(ours, falco, tid)).map(({ difference, of }) => [difference.field, of?.id]);

  test("have the class that explains them, or none", () => {
    const classifier = new Classifier([known]);
    expect(idsOf(classifier, { "proc.exe": "x", a: 1 }, { "proc.exe": "/bin/x", a: 1 })).toEqual([
      ["proc.exe", "known"],
    ]);
    expect(idsOf(classifier, { "proc.exe": "x" }, { "proc.exe": "y" })).toEqual([["proc.exe", undefined]]);
    expect(idsOf(classifier, { "fd.num": null }, { "fd.num": 3 })).toEqual([["fd.num", undefined]]);
  });

  test("that go on, or are made of others, or of the parent, are of the same class", () => {
    const once: DifferenceClass = { ...known, explains: ({ pair }) => pair.falco["once"] === true };
    const classifier = new Classifier([once]);
    const [ours, falco] = [{ "proc.exe": "x" }, { "proc.exe": "/bin/x" }];
    const rest = { "proc.args": "y", once: true };
    const made: readonly [Values, Values] = [
      { ...ours, ...rest, "proc.exeline": "x y" },
      { ...falco, ...rest, "proc.exeline": "/bin/x y" },
    ];
    expect(idsOf(classifier, ...made)).toEqual([
      ["proc.exe", "known"],
      ["proc.exeline", "known"],
    ]);
    expect(idsOf(classifier, ours, falco)).toEqual([["proc.exe", "known"]]);
    expect(idsOf(classifier, { "proc.pexe": "x" }, { "proc.pexe": "/bin/x" }, 8)).toEqual([
      ["proc.pexe", "known"],
    ]);
    expect(idsOf(classifier, ours, falco, 8)).toEqual([["proc.exe", undefined]]);
    expect(idsOf(classifier, ours, { "proc.exe": "/bin/y" })).toEqual([["proc.exe", undefined]]);
  });
});

describe("the report", () => {
  const place = { recording: "r", at: 3, what: "fd.num", ours: "1", falco: "2" };

  test("tells where something differs that is not listed", () => {
    const findings = new Findings();
    findings.add(undefined, place);
    expect(failuresOf({ findings }, false)).toContain("r, event 3: fd.num: ours 1, Falco's 2");
  });

  test("tells of what is listed and no longer differs, and of examples that are not there any more", () => {
    const findings = new Findings({ "event-number": { ...place, at: 4 }, "call-variants": place });
    for (const id of ["event-number", "call-variants"]) {
      findings.add({ id, title: "t", why: "w", right: "ours" }, place);
    }
    const failures = failuresOf({ findings }, true);
    expect(failures).toContain("failed-call: listed, but no longer differs: take it from the list");
    expect(failures.filter((line) => line.includes("example"))).toEqual([
      "event-number: its example is not there any more: npm run conformance -- --write",
    ]);
  });
});
