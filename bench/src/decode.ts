import { type DescMessage, fromBinary } from "@bufbuild/protobuf";
import {
  type ContextDataView,
  decodeFrame,
  type ExitView,
  type MalformedFrame,
  type Message,
  payloadSchemas,
} from "@sentrytap/wire";
import { type BenchResult, type BenchRow, median } from "./bench-result.ts";
import { joined, type Packets } from "./packets.ts";
import { readRecordings } from "./recordings.ts";
import { scan } from "./scan.ts";
import { inTurns } from "./turns.ts";

export const name = "decode";

const rounds = 7;
const roundMs = 30;
/** A recording of fewer messages would measure its loop. */
const leastMessages = 200;

const ways: readonly (readonly [what: string, pass: (packets: Packets) => number])[] = [
  ["fromBinary, 4 fields read", passFromBinary],
  ["views, 4 fields read", passViews],
  ["views, none read", passUnread],
  ["scan of the outermost fields", scan],
];

/**
 * How fast messages decode, recording by recording, in memory. Both decoders read time, thread id, path and result of
 * every message, and must come to the same sum; the floor only steps over the outermost fields.
 */
export async function run(): Promise<BenchResult> {
  const recordings = (await readRecordings())
    .filter((packets) => packets.length >= leastMessages)
    .map(joined);
  const rates: (readonly number[])[] = [];
  for (const packets of recordings) rates.push(await ratesOf(packets));
  const rows = ways.map(([what], way): BenchRow => {
    return { what, value: Math.round(median(rates.map((rate) => rate[way] ?? 0))), unit: "messages/s" };
  });
  ways.slice(1).forEach(([what], i) => {
    const ratios = rates.map((rate) => (rate[i + 1] ?? 0) / (rate[0] ?? 0)).sort((x, y) => x - y);
    rows.push({
      what: `${what}: times fromBinary, median of ${ratios.length} recordings`,
      value: median(ratios),
      unit: "x",
    });
    rows.push({ what: `${what}: times fromBinary, least`, value: ratios[0] ?? 0, unit: "x" });
    rows.push({ what: `${what}: times fromBinary, most`, value: ratios.at(-1) ?? 0, unit: "x" });
  });
  return { rows };
}

/** Messages a second of each way. */
async function ratesOf(packets: Packets): Promise<readonly number[]> {
  if (passFromBinary(packets) !== passViews(packets)) throw new Error("the decoders do not agree");
  const rates = await inTurns(rounds, ways, ([, pass]) => rateOf(pass, packets));
  return rates.map(median);
}

/** Messages a second that `pass` gets through, which it is called for again and again for `roundMs`. */
function rateOf(pass: (packets: Packets) => number, packets: Packets): number {
  const begin = performance.now();
  let messages = 0;
  let elapsed = 0;
  while (elapsed < roundMs) {
    pass(packets);
    messages += packets.count;
    elapsed = performance.now() - begin;
  }
  return (messages * 1000) / elapsed;
}

const sandbox = { id: "bench", arch: "x64" } as const;

function passViews({ bytes, starts, count }: Packets): number {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const start = starts[i] as number; // in bounds, as the next
    const end = starts[i + 1] as number;
    sum += touch(decodeFrame(sandbox, bytes, start, end));
  }
  return sum;
}

function passUnread({ bytes, starts, count }: Packets): number {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const start = starts[i] as number; // in bounds, as the next
    const end = starts[i + 1] as number;
    sum += decodeFrame(sandbox, bytes, start, end).messageType;
  }
  return sum;
}

/** What a consumer does: looks at the type, then reads the fields of that type. */
function touch(message: Message | MalformedFrame): number {
  switch (message.messageType) {
    case -1:
    case 0:
      return 0;
    case 3:
      return context(message.contextData) + message.binaryPath.length;
    case 7:
      return context(message.contextData) + message.pathname.length + result(message.exit);
    case 8:
      return context(message.contextData) + message.fdPath.length + result(message.exit);
    case 9:
      return context(message.contextData) + message.fdPath.length + result(message.exit);
    case 11:
      return context(message.contextData) + message.pathname.length + result(message.exit);
    case 18:
      return context(message.contextData) + message.fdPath.length + result(message.exit);
    case 34:
      return context(message.contextData) + message.fdPath.length + result(message.exit);
    case 1:
    case 2:
    case 4:
    case 5:
    case 35:
      return context(message.contextData);
    default:
      return context(message.contextData) + result(message.exit);
  }
}

function context(data: ContextDataView | undefined): number {
  return data === undefined ? 0 : data.timeNsNumber + data.threadId;
}

function result(exit: ExitView | undefined): number {
  return exit === undefined ? 0 : exit.resultNumber;
}

/** The fields read here, as the messages of protobuf-es have them. */
interface Decoded {
  readonly contextData?: { readonly timeNs: bigint; readonly threadId: number };
  readonly exit?: { readonly result: bigint };
  readonly binaryPath?: string;
  readonly pathname?: string;
  readonly fdPath?: string;
}

function passFromBinary({ bytes, starts, count }: Packets): number {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const start = starts[i] as number; // in bounds, as the next
    const end = starts[i + 1] as number;
    const type = (bytes[start + 2] as number) | ((bytes[start + 3] as number) << 8); // recordings are whole
    const schema = payloadSchemas[type] as DescMessage; // and of known types
    sum += touchDecoded(type, fromBinary(schema, bytes.subarray(start + 8, end)) as Decoded); // all have those fields
  }
  return sum;
}

function touchDecoded(type: number, message: Decoded): number {
  switch (type) {
    case 3:
      return contextDecoded(message) + (message.binaryPath?.length ?? 0);
    case 7:
      return contextDecoded(message) + (message.pathname?.length ?? 0) + resultDecoded(message);
    case 8:
      return contextDecoded(message) + (message.fdPath?.length ?? 0) + resultDecoded(message);
    case 9:
      return contextDecoded(message) + (message.fdPath?.length ?? 0) + resultDecoded(message);
    case 11:
      return contextDecoded(message) + (message.pathname?.length ?? 0) + resultDecoded(message);
    case 18:
      return contextDecoded(message) + (message.fdPath?.length ?? 0) + resultDecoded(message);
    case 34:
      return contextDecoded(message) + (message.fdPath?.length ?? 0) + resultDecoded(message);
    default:
      return contextDecoded(message) + resultDecoded(message);
  }
}

function contextDecoded(message: Decoded): number {
  const data = message.contextData;
  return data === undefined ? 0 : Number(data.timeNs) + data.threadId;
}

function resultDecoded(message: Decoded): number {
  return message.exit === undefined ? 0 : Number(message.exit.result);
}
