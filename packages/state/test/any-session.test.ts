import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { normalize } from "@sentrytap/events";
import { decodeFrame, payloadSchemas, type TracedSandbox } from "@sentrytap/wire";
import { describe, expect, it } from "vitest";
import { fixtures } from "../../wire/test/corpus.ts";
import { createTracker, type Thread } from "../src/index.ts";

// A session may collect any of the context's fields, or none. Recordings of sessions that collect all of them, with one field
// taken out of every message, show what the tables make of less: what they still claim has to be true.

const headerSize = 8;

const fields = [
  "timeNs",
  "threadId",
  "threadStartTimeNs",
  "threadGroupId",
  "threadGroupStartTimeNs",
  "containerId",
  "credentials",
  "cwd",
  "processName",
] as const;
type Field = (typeof fields)[number];

/** `packet` without some fields of its context. */
function without(packet: Uint8Array<ArrayBuffer>, taken: readonly Field[]): Uint8Array<ArrayBuffer> {
  const type = new DataView(packet.buffer, packet.byteOffset).getUint16(2, true);
  const schema = payloadSchemas[type];
  const context = schema?.fields.find(({ localName }) => localName === "contextData");
  if (schema === undefined || context?.fieldKind !== "message") return packet;
  const message = reflect(schema, fromBinary(schema, packet.subarray(headerSize)));
  if (taken.length === fields.length) message.clear(context);
  else if (message.isSet(context)) {
    const data = message.get(context);
    for (const field of context.message.fields)
      if (taken.some((name) => name === field.localName)) data.clear(field);
  }
  const payload = toBinary(schema, message.message);
  const result = new Uint8Array(headerSize + payload.length);
  result.set(packet.subarray(0, headerSize));
  result.set(payload, headerSize);
  return result;
}

/** What is claimed of an event's thread and process. */
function claims(thread: Thread | undefined): Record<string, unknown> {
  if (thread === undefined) return {};
  const { process } = thread;
  return {
    tid: thread.tid,
    name: thread.name,
    credentials: thread.credentials,
    startTimeNs: thread.startTimeNs,
    processName: process.name,
    exe: process.exe,
    exepath: process.exepath,
    args: process.args,
    env: process.env,
    cwd: process.cwd,
    root: process.root,
    containerId: process.containerId,
    processStartTimeNs: process.startTimeNs,
    sid: process.sid,
    pgid: process.pgid,
    parentPid: process.parentPid,
    parent: process.parent?.exe,
    terminal: process.terminal,
    isFirst: process.isFirst,
  };
}

/** What is claimed, event by event, of a recording without some fields. */
function play(
  packets: readonly Uint8Array<ArrayBuffer>[],
  taken: readonly Field[],
): Record<string, unknown>[] {
  const sandbox: TracedSandbox = { id: "box", arch: "x64" };
  const tracker = createTracker();
  const all: Record<string, unknown>[] = [];
  for (const packet of packets) {
    const message = decodeFrame(sandbox, taken.length === 0 ? packet : without(packet, taken));
    normalize(message, (made) =>
      tracker.apply(made, (event) => {
        if (event.type !== "gap") all.push(claims(event.thread));
      }),
    );
  }
  return all;
}

/** What a session without the field cannot know, and why. */
const unknowable: readonly (readonly [
  recording: RegExp,
  without: Field,
  claims: readonly string[],
  why: string,
])[] = [
  [/^chroot/, "processName", ["name", "processName"], "busybox renames itself (prctl)"],
  [/^unreadable/, "processName", ["name", "processName"], "the messages of the exec were lost"],
  [/^nonutf8|^oversize_argv/, "processName", ["name", "processName"], "the messages of the exec were lost"],
  [/^fd_paths/, "cwd", ["cwd"], "the directory was removed"],
];

/** Those of sessions that collect all, but for the longest: each is played eleven times. */
const whole = fixtures.filter(
  ({ name, packets }) => !/minimal|falco|rawall|scapjson/.test(name) && packets().length < 1_500,
);

/** The claims of `less` that are not those of `full`, and not allowed to be wrong: the first of each kind. */
function falseClaims(
  full: readonly Record<string, unknown>[],
  less: readonly Record<string, unknown>[],
  allowed: readonly string[],
): unknown {
  const wrong: Record<string, unknown> = {};
  for (const [i, claimed] of less.entries()) {
    for (const [what, value] of Object.entries(claimed)) {
      const told = full[i]?.[what];
      if (value === undefined || what in wrong || allowed.includes(what)) continue;
      if (JSON.stringify(value, bigints) !== JSON.stringify(told, bigints)) {
        wrong[what] = { event: i, claimed: value, told };
      }
    }
  }
  return wrong;
}

describe("a session that does not collect all of the context", () => {
  it.each(whole)("claims nothing false of $name", ({ name, packets }) => {
    const all = packets();
    const full = play(all, []);
    for (const taken of [...fields.map((field) => [field]), fields]) {
      const less = play(all, taken);
      expect(less.length).toBe(full.length);
      const allowed = unknowable.flatMap(([recording, field, what]) =>
        recording.test(name) && taken.includes(field) ? what : [],
      );
      expect(falseClaims(full, less, allowed), `without ${taken}`).toEqual({});
    }
  });

  it("claims nothing where it collects no context, but of a sandbox's start, which is its first thread's", () => {
    for (const { packets } of whole.slice(0, 5)) {
      const claimed = play(packets(), fields).filter((each) => Object.keys(each).length > 0);
      expect(claimed.length).toBeLessThanOrEqual(3);
      for (const each of claimed) expect(each).toMatchObject({ tid: 1, isFirst: true });
    }
  });
});

function bigints(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
