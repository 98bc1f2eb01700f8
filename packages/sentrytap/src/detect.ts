import { type Batches, flat, type HoldStats, pipe } from "@sentrytap/core";
import { events } from "@sentrytap/events";
import { type Alert, type Matching, match, type RuleSet } from "@sentrytap/rules";
import { createTracker, type Tracker, track } from "@sentrytap/state";
import type { StreamItem } from "@sentrytap/wire";
import { loadRuleFiles } from "./rule-files.ts";
import { type WaitFor, waitForAll } from "./wait-for.ts";

/** Options of {@link detect}. */
export interface DetectOptions {
  /** What to look for; rules of `createLiveRules` can be replaced on the way. Default: the starter rules of this package. */
  readonly rules?: RuleSet;
  /** `first`: of the rules that match an event, the first one alerts, as in Falco. `all`: each does. Default `first`. */
  readonly matching?: Matching;
  /** Keeps the tables of threads and descriptors. Default: one of its own, with default limits. */
  readonly tracker?: Tracker;
  /**
   * What messages have to wait for. A sandbox's messages, from one on, go on when all promises that these gave for it have
   * settled; those of other sandboxes go on meanwhile. Of one sandbox at most 32 MiB wait, of all four times that: beyond
   * it they go on early, which {@link Alerts.waiting} counts. Default: they wait for nothing.
   */
  readonly waitFor?: readonly WaitFor[];
}

/** What {@link detect} can read: a server, or a stream of messages. */
export type MessageSource = { batches(): Batches<StreamItem> } | Batches<StreamItem>;

/** Alerts, one at a time or in batches. One stream, with one consumer. */
export interface Alerts extends AsyncIterable<Alert> {
  batches(): Batches<Alert>;
  /** Figures of the messages that had to wait, see `waitFor`. */
  waiting(): HoldStats;
}

/**
 * The alerts of everything that `source` says: messages become events, events get the state of their thread and
 * descriptor, and the rules are asked of each.
 *
 * @throws {TraceError} from the iterator: `ERR_RULES` where the starter rules cannot be read, and what `source` throws.
 *
 * @example
 * await using server = await createSentryServer({ path: "/run/sentrytap.sock" });
 * for await (const alert of detect(server)) console.log(alert.output);
 */
export function detect(source: MessageSource, options: DetectOptions = {}): Alerts {
  const held = waitForAll(options.waitFor ?? []);
  const batches = (): Batches<Alert> => {
    const messages = "batches" in source ? source.batches() : source;
    return alertsOf((options.waitFor?.length ?? 0) > 0 ? held(messages) : messages, options);
  };
  return { batches, waiting: held.stats, [Symbol.asyncIterator]: () => flat(batches()) };
}

async function* alertsOf(
  messages: Batches<StreamItem>,
  { rules, matching = "first", tracker = createTracker() }: DetectOptions,
): AsyncGenerator<readonly Alert[], void, undefined> {
  const ruleSet = rules ?? (await loadRuleFiles());
  yield* pipe(messages, events(), track(tracker), match(ruleSet, { matching }));
}
