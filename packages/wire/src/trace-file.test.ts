import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { packetsOf, readTraceBytes, traceNames, tracePath } from "../../../test/traces/index.ts";
import { readRecording } from "./recording.ts";
import { createTraceWriter, readTraceFile } from "./trace-file.ts";
import { readTrace } from "./trace-reader.ts";

const folder = mkdtempSync(join(tmpdir(), "sentrytap-wire-"));
afterAll(() => rmSync(folder, { recursive: true }));

type Bytes = Uint8Array<ArrayBuffer>;

async function* chunksOf(file: Bytes, sizes: readonly number[]): AsyncGenerator<Bytes> {
  for (let at = 0, i = 0; at < file.length; i++) {
    const end = at + (sizes[i % sizes.length] ?? 1);
    yield file.subarray(at, end);
    at = end;
  }
}

interface Read {
  readonly packets: readonly Bytes[];
  /** The code of the error that ended the reading. */
  readonly code?: unknown;
}

async function readAll(batches: AsyncIterable<readonly Bytes[]>): Promise<Read> {
  const packets: Bytes[] = [];
  try {
    for await (const batch of batches) {
      expect(batch.length).toBeGreaterThan(0);
      packets.push(...batch);
    }
  } catch (error) {
    return { packets, code: error instanceof Error && "code" in error ? error.code : error };
  }
  return { packets };
}

const read = (file: Bytes, sizes = [file.length + 1]): Promise<Read> =>
  readAll(readTrace(chunksOf(file, sizes)));

const text = new TextEncoder();
const signature = text.encode("tracereplay file");

function file(...records: readonly (Uint8Array | string)[]): Bytes {
  const parts: Uint8Array[] = [signature];
  for (const record of records) {
    const bytes = typeof record === "string" ? text.encode(record) : record;
    const size = new Uint8Array(8);
    new DataView(size.buffer).setBigUint64(0, BigInt(bytes.length), true);
    parts.push(size, bytes);
  }
  return new Uint8Array(Buffer.concat(parts));
}

const good = '{"version":1}';
const small = readTraceBytes("exitcode.2024");

describe("reading", () => {
  test.each([1, 2, 3, 7, 8, 9, 15, 16, 17, 100, 4096])(
    "in chunks of %i bytes gives every packet",
    async (size) => {
      expect(await read(small, [size])).toEqual({ packets: packetsOf(small) });
    },
  );

  test("in chunks of any sizes gives every packet", async () => {
    const packets = packetsOf(small);
    const sizes = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(sizes, async (chunks) => {
        expect(await read(small, chunks)).toEqual({ packets });
      }),
      { numRuns: 200 },
    );
  });

  test("cut at every byte gives what was whole, then the error", async () => {
    const ends = [small.length];
    for (const packet of packetsOf(small).toReversed()) ends.unshift((ends[0] ?? 0) - packet.length - 8);
    for (let cut = 0; cut <= small.length; cut++) {
      const whole = packetsOf(small).filter((_, i) => (ends[i + 1] ?? 0) <= cut);
      const { packets, code } = await read(small.subarray(0, cut), [997]);
      expect(packets.length).toBe(whole.length);
      const expected =
        cut < signature.length
          ? "ERR_TRACE_FILE_FORMAT"
          : ends.includes(cut)
            ? undefined
            : "ERR_TRACE_FILE_TRUNCATED";
      expect([cut, code]).toEqual([cut, expected]);
    }
  });

  test("a packet is not changed by what is read after it", async () => {
    const packets: Bytes[] = [];
    const copies: Bytes[] = [];
    for await (const batch of readTrace(chunksOf(small, [300]))) {
      packets.push(...batch);
      copies.push(...batch.map((packet) => packet.slice()));
    }
    expect(packets).toEqual(copies);
  });

  test("a file without messages has none", async () => {
    expect(await read(readTraceBytes("missing_entrypoint.2024"))).toEqual({ packets: [] });
  });

  test("takes empty packets and the largest ones", async () => {
    const { packets, code } = await read(file(good, new Uint8Array(0), new Uint8Array(2 ** 20)), [65_536]);
    expect([packets.map(({ length }) => length), code]).toEqual([[0, 2 ** 20], undefined]);
  });

  const broken: Record<string, { bytes: Bytes; code: string; packets?: number }> = {
    "an empty file": { bytes: new Uint8Array(0), code: "ERR_TRACE_FILE_FORMAT" },
    "another file": { bytes: text.encode("\x7fELF and so on"), code: "ERR_TRACE_FILE_FORMAT" },
    "a signature with one letter wrong": {
      bytes: text.encode("tracereplay filE\x0d"),
      code: "ERR_TRACE_FILE_FORMAT",
    },
    "a configuration that is not JSON": { bytes: file("version: 1"), code: "ERR_TRACE_FILE_FORMAT" },
    "a configuration that is no object": { bytes: file("null"), code: "ERR_TRACE_FILE_FORMAT" },
    "a configuration without a version": { bytes: file("{}"), code: "ERR_TRACE_FILE_FORMAT" },
    "version 0": { bytes: file('{"version":0}'), code: "ERR_TRACE_FILE_FORMAT" },
    "version 2": { bytes: file('{"version":2}', "packet"), code: "ERR_TRACE_FILE_FORMAT" },
    "a signature alone": { bytes: file(), code: "ERR_TRACE_FILE_TRUNCATED" },
    "a record over 1 MiB": {
      bytes: file(good, "one", new Uint8Array(2 ** 20 + 1)),
      code: "ERR_TRACE_FILE_RECORD_TOO_LARGE",
      packets: 1,
    },
    "a configuration over 1 MiB": {
      bytes: file(new Uint8Array(2 ** 20 + 1)),
      code: "ERR_TRACE_FILE_RECORD_TOO_LARGE",
    },
    "a record of 2^64 - 1 bytes": {
      bytes: new Uint8Array(Buffer.concat([file(good, "one"), new Uint8Array(8).fill(0xff)])),
      code: "ERR_TRACE_FILE_RECORD_TOO_LARGE",
      packets: 1,
    },
  };
  test.each(Object.entries(broken))("%s is refused", async (_, { bytes, code, packets = 0 }) => {
    for (const sizes of [[bytes.length + 1], [1000], [13]]) {
      if (bytes.length > 10_000 && sizes[0] === 13) continue;
      const found = await read(bytes, sizes);
      expect([found.packets.length, found.code]).toEqual([packets, code]);
    }
  });

  test("takes larger records where told", async () => {
    const large = file(good, new Uint8Array(2 ** 20 + 1));
    const found = await readAll(readTrace(chunksOf(large, [2 ** 18]), { maxRecordSize: 2 ** 21 }));
    expect(found.packets.map(({ length }) => length)).toEqual([2 ** 20 + 1]);
  });

  test("random bytes end with one of the errors", async () => {
    const tail = fc.tuple(fc.uint8Array({ maxLength: 60 }), fc.integer({ min: 1, max: 30 }));
    await fc.assert(
      fc.asyncProperty(tail, fc.boolean(), async ([bytes, size], signed) => {
        const all = new Uint8Array(Buffer.concat([signed ? file(good, "one") : new Uint8Array(0), bytes]));
        const { code } = await read(all, [size]);
        expect(code === undefined || String(code).startsWith("ERR_TRACE_FILE_")).toBe(true);
      }),
    );
  });
});

describe("a file", () => {
  test.each(traceNames())("%s is written back byte for byte", async (name) => {
    const path = join(folder, name);
    const writer = await createTraceWriter(path);
    for await (const batch of readTraceFile(tracePath(name))) await writer.write(batch);
    await writer.close();
    expect(Buffer.compare(readFileSync(path), readTraceBytes(name))).toBe(0);
  });

  test("is for its owner only, and replaces what was there", async () => {
    const path = join(folder, "owner");
    writeFileSync(path, "something far longer than an empty trace file is, so that a rest would show");
    rmSync(path);
    await (await createTraceWriter(path)).close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(new Uint8Array(readFileSync(path))).toEqual(readTraceBytes("missing_entrypoint.2024"));
    await (await createTraceWriter(path)).close();
    expect(statSync(path).size).toBe(37);
  });

  test("takes nothing of a write with a packet that is too large", async () => {
    const path = join(folder, "large");
    {
      await using writer = await createTraceWriter(path);
      const packets = [Uint8Array.of(1), new Uint8Array(2 ** 20 + 1)];
      await expect(writer.write(packets)).rejects.toMatchObject({ code: "ERR_TRACE_FILE_RECORD_TOO_LARGE" });
      await writer.write([Uint8Array.of(2), new Uint8Array(2 ** 20)]);
      await writer.write([]);
    }
    const { packets } = await readAll(readTraceFile(path));
    expect(packets.map((packet) => [packet.length, packet[0]])).toEqual([
      [1, 2],
      [2 ** 20, 0],
    ]);
  });

  test("can be closed twice, and not be written to afterwards", async () => {
    const writer = await createTraceWriter(join(folder, "closed"));
    await writer.close();
    await writer.close();
    await expect(writer.write([Uint8Array.of(1)])).rejects.toMatchObject({ code: "ERR_CLOSED" });
  });

  test("that is not there rejects when read, not before", async () => {
    const iterator = readTraceFile(join(folder, "missing"))[Symbol.asyncIterator]();
    await expect(iterator.next()).rejects.toMatchObject({
      code: "ERR_TRACE_FILE",
      cause: { code: "ENOENT" },
    });
  });
});

describe("descriptors", () => {
  const path = tracePath("threads20.2024");
  const opened = (): number =>
    readdirSync("/proc/self/fd").filter((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`) === path;
      } catch {
        return false; // closed meanwhile
      }
    }).length;

  const endings: Record<string, () => Promise<void>> = {
    "to the end": async () => {
      for await (const _ of readTraceFile(path));
    },
    "to a break": async () => {
      for await (const _ of readTraceFile(path)) break;
    },
    "to a throw": async () => {
      await expect(async () => {
        for await (const _ of readTraceFile(path)) throw new Error("enough");
      }).rejects.toThrow("enough");
    },
    "to a break, decoded": async () => {
      for await (const _ of readRecording(path)) break;
    },
    "not at all": async () => {
      await readTraceFile(path)[Symbol.asyncIterator]().return?.();
    },
    "not even asked for": async () => {
      readTraceFile(path)[Symbol.asyncIterator]();
    },
  };
  test.skipIf(process.platform !== "linux").each(Object.entries(endings))(
    "are closed when a file is read %s",
    async (_, end) => {
      for (let i = 0; i < 5; i++) await end();
      await setTimeout(50); // a file may still be opening
      await expect.poll(opened).toBe(0);
    },
  );
});

test("a recording gives its messages and its end, under its path or the name it was given", async () => {
  const path = tracePath("exitcode.2024");
  const types: number[] = [];
  for await (const batch of readRecording(path, { arch: "arm64" })) {
    for (const message of batch) {
      types.push(message.messageType);
      expect(message.sandbox).toEqual({ id: path, arch: "arm64" });
    }
  }
  expect(types).toEqual([...packetsOf(small).map((packet) => packet[2]), -2]);
  for await (const [message] of readRecording(path, { id: "mine" })) expect(message?.sandbox.id).toBe("mine");
});
