import { expect, it } from "vitest";
import { takeTurns } from "../src/take-turns.ts";
import type { Received, Transport } from "../src/transport-load.ts";

const second = 1_000_000_000n;

/** The first message is sent after a second; the bare receiver has all a second later. */
const transport: Transport = {
  load: (messages, connections) => ({
    path: "",
    messages,
    connections,
    start: () => undefined,
    sent: Promise.resolve({ begin: second, end: second, dropped: 0 }),
    receiveBare: async () => ({ messages, end: 2n * second, cpuUs: messages }),
  }),
  [Symbol.asyncDispose]: async () => undefined,
};

/** The rows of a receiver that takes a thousand messages, by what they are of. */
async function rowsOf(received: Received): Promise<Readonly<Record<string, number>>> {
  const receiver = { what: "other", receive: async () => received };
  const turns = { rounds: 3, messages: 1_000, connections: 1 };
  const rows = await takeTurns("load", transport, [receiver], turns);
  return Object.fromEntries(rows.map(({ what, value }) => [what.replace("load: ", ""), value]));
}

it("holds what a receiver takes of time and CPU against the bare receiver's", async () => {
  expect(await rowsOf({ messages: 1_000, end: 3n * second, cpuUs: 1_500 })).toEqual({
    "bare C receiver": 1_000,
    "bare C receiver: CPU of a message": 1,
    other: 500,
    "other: CPU of a message": 1.5,
    "other, of the bare receiver": 0.5,
    "other: CPU, of the bare receiver": 1.5,
  });
});

it("counts what comes after a warm-up, and tells what a message cost before", async () => {
  const warmUp = { messages: 400, end: 4n * second, cpuUs: 2_400 };
  expect(await rowsOf({ messages: 600, end: 5n * second, cpuUs: 1_200, warmUp })).toMatchObject({
    other: 600,
    "other: CPU of a message": 2,
    "other, of the bare receiver": 0.6,
    "other: CPU, of the bare receiver": 2,
    "other: CPU of a message of the warm-up, of a later one": 3,
  });
});
