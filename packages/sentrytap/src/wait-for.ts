import { type HoldStage, hold } from "@sentrytap/core";
import { isMessage, type Message, ownBytes, type StreamItem } from "@sentrytap/wire";

/**
 * What a message has to wait for: a promise that settles in a limited time, or `undefined`. Asked of every message once, as it
 * comes in.
 */
export type WaitFor = (message: Message) => Promise<unknown> | undefined;

/** How many bytes of one sandbox may wait. */
const maxBytes = 32 * 1024 * 1024;

/** What an item takes beside its bytes, about. */
const overhead = 512;

/** The stage in which a sandbox's messages, from one on, wait for what `functions` say; those of other sandboxes go on. */
export function waitForAll(functions: readonly WaitFor[]): HoldStage<StreamItem> {
  const until = combine(functions);
  return hold<StreamItem>({
    keyOf: ({ sandbox }) => sandbox,
    until: (item) => (isMessage(item) ? until(item) : undefined),
    keep: ownBytes,
    sizeOf: (item) => overhead + bytesOf(item),
    maxSize: maxBytes,
  });
}

/** One function for all: its promise settles when all of theirs have. */
function combine(functions: readonly WaitFor[]): WaitFor {
  let promises: readonly Promise<unknown>[] = [];
  let all: Promise<unknown> | undefined;
  return (message) => {
    let first: Promise<unknown> | undefined;
    let found: Promise<unknown>[] | undefined;
    for (const waitFor of functions) {
      const promise = waitFor(message);
      if (promise === undefined) continue;
      first ??= promise;
      if (promise !== first) found = [...(found ?? [first]), promise];
    }
    if (found === undefined) return first;
    // Message after message waits for the same: for them it is one promise.
    if (found.length !== promises.length || found.some((promise, i) => promise !== promises[i])) {
      promises = found;
      all = Promise.allSettled(found);
    }
    return all;
  };
}

function bytesOf(item: StreamItem): number {
  switch (item.messageType) {
    case -2:
      return 0;
    case -1:
      return item.frame.length;
    default:
      return item.payload.length;
  }
}
