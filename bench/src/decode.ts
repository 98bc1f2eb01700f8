import { type DescMessage, fromBinary } from "@bufbuild/protobuf";
import { decodeFrame, type MalformedFrame, type Message, payloadSchemas } from "@sentrytap/wire";
import { type BenchResult, type BenchRow, median } from "./bench-result.ts";
import { readRecordings } from "./recordings.ts";

export const name = "decode";

type Packets = readonly Uint8Array<ArrayBuffer>[];

const rounds = 9;
const roundMs = 250;

/**
 * How fast messages decode, of all recordings mixed and in memory. Both decoders read time, thread id, path and result
 * of every message, and must come to the same sum; the floor only steps over the outermost fields.
 */
export async function run(): Promise<BenchResult> {
  const packets = await readRecordings();
  const ways: [what: string, pass: (packets: Packets) => number][] = [
    ["fromBinary, 4 fields read", passFromBinary],
    ["views, 4 fields read", passViews],
    ["views, none read", passUnread],
    ["scan of the outermost fields", passScan],
  ];
  if (passFromBinary(packets) !== passViews(packets)) throw new Error("the decoders do not agree");
  const rates = ways.map((): number[] => []);
  for (let round = 0; round <= rounds; round++) {
    ways.forEach(([, pass], i) => {
      const rate = measure(pass, packets);
      if (round > 0) rates[i]?.push(rate); // the first round warms up
    });
  }
  const medians = rates.map(median);
  const base = medians[0] ?? Number.NaN;
  const rows: BenchRow[] = [];
  ways.forEach(([what], i) => {
    const rate = medians[i] ?? Number.NaN;
    rows.push({ what, value: Math.round(rate), unit: "messages/s" });
    if (i > 0) rows.push({ what: `${what}: times fromBinary`, value: rate / base, unit: "x" });
  });
  return { rows };
}

function measure(pass: (packets: Packets) => number, packets: Packets): number {
  const begin = performance.now();
  let messages = 0;
  let elapsed = 0;
  while (elapsed < roundMs) {
    pass(packets);
    messages += packets.length;
    elapsed = performance.now() - begin;
  }
  return (messages * 1000) / elapsed;
}

const sandbox = { id: "bench", arch: "x64" } as const;

function passViews(packets: Packets): number {
  let sum = 0;
  for (const packet of packets) sum += touch(decodeFrame(sandbox, packet));
  return sum;
}

function passUnread(packets: Packets): number {
  let sum = 0;
  for (const packet of packets) sum += decodeFrame(sandbox, packet).messageType;
  return sum;
}

function touch(message: Message | MalformedFrame): number {
  if (message.messageType === -1 || message.messageType === 0) return 0;
  const context = message.contextData;
  const read = context === undefined ? 0 : context.timeNsNumber + context.threadId;
  return read + path(message) + result(message);
}

function path(message: Message): number {
  switch (message.messageType) {
    case 3:
      return message.binaryPath.length;
    case 7:
    case 11:
    case 13:
      return message.pathname.length;
    case 8:
    case 9:
    case 18:
    case 34:
      return message.fdPath.length;
    default:
      return 0;
  }
}

function result(message: Message): number {
  switch (message.messageType) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
    case 35:
      return 0;
    default:
      return message.exit === undefined ? 0 : message.exit.resultNumber;
  }
}

/** The fields read here, as the messages of protobuf-es have them. */
interface Decoded {
  readonly contextData?: { readonly timeNs: bigint; readonly threadId: number };
  readonly exit?: { readonly result: bigint };
  readonly binaryPath?: string;
  readonly pathname?: string;
  readonly fdPath?: string;
}

function passFromBinary(packets: Packets): number {
  let sum = 0;
  for (const packet of packets) {
    const type = (packet[2] as number) | ((packet[3] as number) << 8); // recordings are whole
    const schema = payloadSchemas[type] as DescMessage; // and of known types
    sum += touchDecoded(type, fromBinary(schema, packet.subarray(8)) as Decoded); // all messages have those fields
  }
  return sum;
}

function touchDecoded(type: number, message: Decoded): number {
  const context = message.contextData;
  const read = context === undefined ? 0 : Number(context.timeNs) + context.threadId;
  return read + pathDecoded(type, message) + Number(message.exit?.result ?? 0);
}

function pathDecoded(type: number, message: Decoded): number {
  switch (type) {
    case 3:
      return message.binaryPath?.length ?? 0;
    case 7:
    case 11:
    case 13:
      return message.pathname?.length ?? 0;
    case 8:
    case 9:
    case 18:
    case 34:
      return message.fdPath?.length ?? 0;
    default:
      return 0;
  }
}

function passScan(packets: Packets): number {
  let sum = 0;
  for (const packet of packets) sum += scan(packet, 8, packet.length);
  return sum;
}

/** Steps over the outermost fields of a well-formed message and checks nothing. */
function scan(bytes: Uint8Array, start: number, end: number): number {
  let fields = 0;
  for (let pos = start; pos < end; fields++) {
    const wireType = (bytes[pos++] as number) & 7; // in bounds: the message is well-formed
    let byte = bytes[pos++] as number;
    let value = byte & 0x7f;
    for (let shift = 7; byte > 0x7f; shift += 7) {
      byte = bytes[pos++] as number;
      value |= (byte & 0x7f) << shift;
    }
    if (wireType === 2) pos += value;
  }
  return fields;
}
