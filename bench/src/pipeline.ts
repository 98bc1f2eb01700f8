import { type BenchResult, type BenchRow, median, type Reach, ratios } from "./bench-result.ts";
import { receiveWithPipeline } from "./pipeline-process.ts";
import { readRecording } from "./recordings.ts";
import { benchRules } from "./rule-files.ts";
import { prepareTransport, type Received, type Transport, type TransportLoad } from "./transport-load.ts";

export const name = "pipeline";

const rounds = 5;
/** So many that what a process does only once, to load and to compile, is a small part of it. */
const messages = 3_000_000;

/** A recording, what is to be reached with it, and Falco's figures: its rate and its CPU, to the bare receiver's. */
interface Measured {
  readonly recording: string;
  readonly rate: { readonly reach: Reach; readonly falco: number };
  readonly cpu: { readonly reach: Reach; readonly falco: number };
}

/** Reads and writes; all sorts; opens and execs. */
const all: readonly Measured[] = [
  {
    recording: "heavy_io_falco.2024",
    rate: { reach: { atLeast: 0.85 }, falco: 0.45 },
    cpu: { reach: { atMost: 1.6 }, falco: 2.4 },
  },
  {
    recording: "apt_update.2024",
    rate: { reach: { atLeast: 0.7 }, falco: 0.26 },
    cpu: { reach: { atMost: 2 }, falco: 4.3 },
  },
  {
    recording: "dpkg_install_falco.2024",
    rate: { reach: { atLeast: 0.6 }, falco: 0.21 },
    cpu: { reach: { atMost: 2.4 }, falco: 4.6 },
  },
];

/** A receiver, and whether its figures are those that have a reach. */
interface Way {
  readonly what: string;
  readonly hasReach: boolean;
  receive(load: TransportLoad): Promise<Received>;
}

/**
 * Messages a second from the socket to alerts, with all of Falco's public rules, and the CPU of a message: both as ratios to the
 * bare C receiver's of the same packets. All are processes of their own, which take turns.
 */
export async function run(): Promise<BenchResult> {
  const rules = benchRules();
  const ways: readonly Way[] = [
    {
      what: "pipeline",
      hasReach: true,
      async receive(load) {
        const report = await receiveWithPipeline(load, { rules });
        if (report.messages !== load.messages) throw new Error(`${report.messages} messages were received`);
        return report;
      },
    },
  ];
  const rows: BenchRow[] = [];
  for (const measured of all) {
    const packets = await readRecording(measured.recording);
    if (packets === undefined) continue;
    await using transport = await prepareTransport(packets);
    rows.push(...(await rowsOf(measured, transport, ways)));
  }
  return { rows };
}

/** What one receiver came to, a figure a round. */
interface Figures {
  /** Messages a second. */
  readonly rates: number[];
  /** Microseconds of CPU a message. */
  readonly cpu: number[];
}

async function rowsOf(
  { recording, rate, cpu }: Measured,
  transport: Transport,
  ways: readonly Way[],
): Promise<BenchRow[]> {
  const bare: Figures = { rates: [], cpu: [] };
  const own = ways.map((way) => ({ ...way, figures: { rates: [], cpu: [] } satisfies Figures }));
  for (let round = 0; round < rounds; round++) {
    await measure(transport.load(messages, 1), bare, (load) => load.receiveBare());
    for (const { receive, figures } of own) await measure(transport.load(messages, 1), figures, receive);
  }
  return [
    { what: `${recording}: bare C receiver`, value: median(bare.rates), unit: "messages/s" },
    { what: `${recording}: bare C receiver: CPU of a message`, value: median(bare.cpu), unit: "us" },
    ...own.flatMap(({ what, hasReach, figures }): readonly BenchRow[] => {
      const subject = `${recording}: ${what}`;
      return [
        { what: subject, value: median(figures.rates), unit: "messages/s" },
        { what: `${subject}: CPU of a message`, value: median(figures.cpu), unit: "us" },
        {
          what: `${subject}, of the bare receiver`,
          value: median(ratios(figures.rates, bare.rates)),
          unit: "x",
          ...(hasReach && rate),
        },
        {
          what: `${subject}: CPU, of the bare receiver`,
          value: median(ratios(figures.cpu, bare.cpu)),
          unit: "x",
          ...(hasReach && cpu),
        },
      ];
    }),
  ];
}

async function measure(
  load: TransportLoad,
  { rates, cpu }: Figures,
  receive: (load: TransportLoad) => Promise<Received>,
): Promise<void> {
  const { end, cpuUs } = await receive(load);
  const { begin } = await load.sent;
  rates.push(load.messages / (Number(end - begin) / 1e9));
  cpu.push(cpuUs / load.messages);
}
