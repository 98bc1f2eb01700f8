import { type BenchRow, median, ratios } from "./bench-result.ts";
import type { Received, Transport, TransportLoad } from "./transport-load.ts";

/** Something that receives what a load sends, and what its figures are held against. */
export interface Receiver {
  readonly what: string;
  receive(load: TransportLoad): Promise<Received>;
  /** Of its rate, as a ratio to the bare receiver's. */
  readonly rate?: Standard;
  /** Of its CPU, likewise. */
  readonly cpu?: Standard;
}

export type Standard = Pick<BenchRow, "reach" | "falco">;

export interface Turns {
  readonly rounds: number;
  /** Of one load. */
  readonly messages: number;
  readonly connections: number;
}

/** What one receiver came to, a figure a round. */
interface Figures {
  /** Messages a second. */
  readonly rates: number[];
  /** Microseconds of CPU a message. */
  readonly cpu: number[];
  /** The same while it warmed up, where it did. */
  readonly warmUps: number[];
}

/**
 * Has the bare C receiver and then each of `receivers` take a load, round by round, so that all meet the same machine. Of each
 * the messages a second and the CPU of a message; and of the receivers both as ratios to the bare one's. Where a receiver warms up,
 * what comes after counts, and a row more tells what a message costs before. Each row begins with `of`.
 */
export async function takeTurns(
  of: string,
  transport: Transport,
  receivers: readonly Receiver[],
  { rounds, messages, connections }: Turns,
): Promise<readonly BenchRow[]> {
  const bare = noFigures();
  const taking = receivers.map((receiver) => ({ receiver, figures: noFigures() }));
  for (let round = 0; round < rounds; round++) {
    await measure(transport.load(messages, connections), bare, (load) => load.receiveBare());
    for (const { receiver, figures } of taking) {
      await measure(transport.load(messages, connections), figures, receiver.receive);
    }
  }
  return [
    ...absolute(`${of}: bare C receiver`, bare),
    ...taking.flatMap(({ receiver: { what, rate, cpu }, figures }): readonly BenchRow[] => {
      const subject = `${of}: ${what}`;
      return [
        ...absolute(subject, figures),
        ratio(`${subject}, of the bare receiver`, figures.rates, bare.rates, rate),
        ratio(`${subject}: CPU, of the bare receiver`, figures.cpu, bare.cpu, cpu),
        ...warmUpOf(subject, figures),
      ];
    }),
  ];
}

function noFigures(): Figures {
  return { rates: [], cpu: [], warmUps: [] };
}

async function measure(
  load: TransportLoad,
  { rates, cpu, warmUps }: Figures,
  receive: (load: TransportLoad) => Promise<Received>,
): Promise<void> {
  const { messages, end, cpuUs, warmUp } = await receive(load);
  const begin = warmUp?.end ?? (await load.sent).begin;
  rates.push(messages / (Number(end - begin) / 1e9));
  cpu.push(cpuUs / messages);
  if (warmUp !== undefined) warmUps.push(warmUp.cpuUs / warmUp.messages);
}

function absolute(what: string, { rates, cpu }: Figures): readonly BenchRow[] {
  return [
    { what, value: median(rates), unit: "messages/s" },
    { what: `${what}: CPU of a message`, value: median(cpu), unit: "us" },
  ];
}

function warmUpOf(subject: string, { warmUps, cpu }: Figures): readonly BenchRow[] {
  if (warmUps.length === 0) return [];
  return [ratio(`${subject}: CPU of a message of the warm-up, of a later one`, warmUps, cpu)];
}

function ratio(
  what: string,
  values: readonly number[],
  references: readonly number[],
  standard: Standard = {},
): BenchRow {
  return { what, value: median(ratios(values, references)), unit: "x", ...standard };
}
