import { normalize } from "@sentrytap/events";
import { createTracker, type TrackedEvent } from "@sentrytap/state";
import { isMessage, type Message, readRecording } from "@sentrytap/wire";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tracePath } from "../../../test/traces/index.ts";
import { createFieldRegistry, type FieldRegistry, type RuleSet } from "../src/index.ts";
import { mustLoad } from "./load.ts";

async function messagesOf(recording: string): Promise<readonly Message[]> {
  const messages: Message[] = [];
  for await (const batch of readRecording(tracePath(recording))) messages.push(...batch.filter(isMessage));
  return messages;
}

const recordings = await Promise.all(["shell_pipeline_falco.2024"].map(messagesOf));

/** Each event of the recordings, right after it happened. */
function eachEvent(look: (event: TrackedEvent) => void): void {
  for (const messages of recordings) {
    const tracker = createTracker();
    for (const message of messages) normalize(message, (event) => tracker.apply(event, look));
  }
}

const comparisons: readonly string[] = [
  "evt.type = openat",
  "evt.type in (openat, read, close)",
  "evt.type != read",
  "evt.type in (execve, clone, connect)",
  "evt.rawres >= 0",
  "evt.rawres < 3",
  "evt.rawres in (-2, 0, 3)",
  "evt.num > 200",
  "evt.is_open_read = true",
  "evt.arg.flags contains O_CLOEXEC",
  "evt.arg.res exists",
  "evt.rawarg.fd = 3",
  "fd.num in (0, 1, 2)",
  "fd.typechar = f",
  "fd.name startswith /lib",
  "fd.name startswith /etc/ld",
  "fd.name endswith .so.6",
  "fd.name endswith 6",
  "fd.name contains ld.so",
  "fd.name contains c",
  "fd.name icontains LIB",
  "fd.name glob '/*/ld.*'",
  "fd.name pmatch (/lib, /etc/*.cache)",
  "fd.name pmatch (/etc, usr)",
  "fd.name regex '/[a-z]+/.*'",
  "fd.name in (/etc/passwd, /etc/ld.so.cache, '')",
  "fd.name > 0",
  "fd.name exists",
  "fd.name = val(evt.abspath)",
  "fd.directory = /etc",
  "basename(fd.name) startswith l",
  "len(fd.name) >= 12",
  "fd.types intersects (pipe, ipv4)",
  "fd.sip = 127.0.0.1",
  "fd.net in (127.0.0.0/8)",
  "fd.port in (80, 8080)",
  "proc.name in (sh, cat, sort)",
  "proc.name != sh",
  "toupper(proc.name) = SH",
  "proc.name = val(proc.pname)",
  "proc.aname in (sh, python3)",
  "proc.aname[2] exists",
  "proc.cmdline contains -c",
  "proc.cmdline contains 'sort'",
  "proc.cmdline endswith sort",
  "proc.env contains PATH",
  "proc.env icontains 'home='",
  "proc.duration > 1000000",
  "proc.vpid = 1",
];

const condition: fc.Arbitrary<string> = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { depthSize: "small", maxDepth: 3, withCrossShrink: true },
    fc.constantFrom(...comparisons),
    fc
      .array(tie("condition"), { minLength: 2, maxLength: 4 })
      .chain((parts) =>
        fc.constantFrom(" and ", " or ").map((word) => parts.map((part) => `(${part})`).join(word)),
      ),
    tie("condition").map((inner) => `not (${inner})`),
  ),
})).condition;

/** Rules that have some of their parts in common. */
const conditions = fc
  .tuple(condition, fc.array(condition, { minLength: 1, maxLength: 8 }))
  .map(([common, others]) =>
    others.flatMap((other) => [other, `${comparisons[14]} and (${common}) and (${other})`]),
  );

function rulesOf(all: readonly string[], fields?: FieldRegistry): RuleSet {
  const rule = (text: string, i: number): object => {
    return { rule: `${i}`, desc: "d", condition: text, output: "x", priority: "INFO" };
  };
  return mustLoad(JSON.stringify(all.map(rule)), { ...(fields && { fields }) });
}

describe("judging events by many rules", () => {
  test("comes to what each of their conditions says by itself", () => {
    let matched = 0;
    fc.assert(
      fc.property(conditions, (all) => {
        const rules = rulesOf(all);
        const names = rules.rules.map(({ name }) => name);
        let left = 0;
        // What was found of the first time decides the second.
        for (let time = 0; time < 2; time++) {
          eachEvent((event) => {
            const alerts = rules.evaluate(event, "all").map(({ rule }) => rule);
            matched += alerts.length;
            // Of one event in three: explanations are dear.
            if (--left > 0) return;
            left = 3;
            expect(alerts).toEqual(names.filter((name) => rules.explain(name, event, { maxParts: 1 }).holds));
          });
        }
        for (const { failures } of rules.stats().rules.values()) expect(failures).toBe(0);
      }),
      { numRuns: 25 },
    );
    expect(matched).toBeGreaterThan(1_000);
  });

  test("reads fields in the order of the conditions, and only those that decide", () => {
    const fields = createFieldRegistry();
    const read: string[] = [];
    for (const name of ["own.first", "own.second"]) {
      fields.register({
        name,
        type: "string",
        description: name,
        read: ({ type }) => {
          read.push(name);
          return type;
        },
      });
    }
    const rules = rulesOf(["own.first = openat and own.second = close"], fields);
    for (let time = 0; time < 2; time++) {
      eachEvent((event) => {
        read.length = 0;
        rules.evaluate(event);
        if (event.direction === "enter") expect(read).toEqual([]);
        else expect(read).toEqual(event.type === "openat" ? ["own.first", "own.second"] : ["own.first"]);
      });
    }
  });

  test("takes any number of values that were never seen before", () => {
    const fields = createFieldRegistry();
    let number = 0;
    fields.register({
      name: "own.text",
      type: "string",
      description: "",
      read: () => `${number}/${"x".repeat((number * 100) % 20_000)}`,
    });
    const all = Array.from(
      { length: 10 },
      (_, i) => `own.text contains ${i}${i}/ or own.text startswith ${i}`,
    );
    const rules = rulesOf(all, fields);
    for (; number < 3; ) {
      eachEvent((event) => {
        number++;
        const alerts = rules.evaluate(event, "all").map(({ rule }) => rule);
        if (event.direction === "enter") return;
        const text = `${number}/`;
        expect(alerts).toEqual(
          all.flatMap((_, i) => (text.includes(`${i}${i}/`) || text.startsWith(`${i}`) ? [`${i}`] : [])),
        );
      });
    }
  });
});
