import { type Batches, flat, pipe } from "@sentrytap/core";
import { events } from "@sentrytap/events";
import { type Alert, type Matching, match, type RuleSet } from "@sentrytap/rules";
import { createTracker, type Tracker, track } from "@sentrytap/state";
import type { StreamItem } from "@sentrytap/wire";
import { loadRuleFiles } from "./rule-files.ts";

/** Options of {@link detect}. */
export interface DetectOptions {
  /** What to look for; rules of `createLiveRules` can be replaced on the way. Default: the starter rules of this package. */
  readonly rules?: RuleSet;
  /** `first`: of the rules that match an event, the first one alerts, as in Falco. `all`: each does. Default `first`. */
  readonly matching?: Matching;
  /** Keeps the tables of threads and descriptors. Default: one of its own, with default limits. */
  readonly tracker?: Tracker;
}

/** What {@link detect} can read: a server, or a stream of messages. */
export type MessageSource = { batches(): Batches<StreamItem> } | Batches<StreamItem>;

/** Alerts, one at a time or in batches. One stream, with one consumer. */
export interface Alerts extends AsyncIterable<Alert> {
  batches(): Batches<Alert>;
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
  const batches = (): Batches<Alert> => alertsOf("batches" in source ? source.batches() : source, options);
  return { batches, [Symbol.asyncIterator]: () => flat(batches()) };
}

async function* alertsOf(
  messages: Batches<StreamItem>,
  { rules, matching = "first", tracker = createTracker() }: DetectOptions,
): AsyncGenerator<readonly Alert[], void, undefined> {
  const ruleSet = rules ?? (await loadRuleFiles());
  yield* pipe(messages, events(), track(tracker), match(ruleSet, { matching }));
}
