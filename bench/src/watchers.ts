import { isMessage, type SandboxEnd, type StreamItem, type TracedSandbox } from "@sentrytap/wire";
import type { Alert } from "sentrytap";
import type { MemorySample, SandboxWaits, Seen, Watch } from "./pipeline-process.ts";
import { sentAt } from "./transport-load.ts";

/** Looks at a pipeline at work. */
export interface Watcher {
  /** These have been through all of it. */
  judged(items: readonly StreamItem[]): void;
  alerted(alerts: readonly Alert[]): void;
  report(): Seen;
}

const nothing: Watcher = { judged: () => undefined, alerted: () => undefined, report: () => ({}) };

export function createWatcher(watch: Watch | undefined): Watcher {
  switch (watch) {
    case undefined:
      return nothing;
    case "waits":
      return watchWaits();
    case "alerts":
      return watchAlerts();
    case "memory":
      return watchMemory();
  }
}

/** Of so many messages one is looked at: it must not cost what it measures. */
const waitsEvery = 16;
/** Messages after which waits count: all is compiled. */
const waitsFrom = 500_000;

/** As long as all sandboxes send: the first end is the end of it. */
function watchWaits(): Watcher {
  const waits = new Map<TracedSandbox, number[]>();
  let seen = 0;
  let over = false;
  return {
    ...nothing,
    judged(items) {
      const now = Number(process.hrtime.bigint());
      for (const item of items) {
        over ||= isEnd(item);
        if (over || !isMessage(item) || ++seen < waitsFrom || seen % waitsEvery > 0) continue;
        const { contextData, sandbox } = item;
        if (contextData === undefined) continue;
        const own = waits.get(sandbox) ?? [];
        if (own.length === 0) waits.set(sandbox, own);
        own.push((now - sentAt(contextData.timeNsNumber)) / 1e6);
      }
    },
    report: () => ({ waits: Array.from(waits.values(), summary) }),
  };
}

function isEnd(item: StreamItem): item is SandboxEnd {
  return item.messageType === -2;
}

function summary(waits: readonly number[]): SandboxWaits {
  const sum = waits.reduce((all, wait) => all + wait, 0);
  return {
    messages: waits.length * waitsEvery,
    meanMs: sum / waits.length,
    p99Ms: quantile(waits, 0.99),
  };
}

/** Alerts after which delays count. */
const alertsFrom = 2_000;

function watchAlerts(): Watcher {
  const delays: number[] = [];
  let seen = 0;
  return {
    ...nothing,
    alerted(alerts) {
      const now = Number(process.hrtime.bigint());
      for (const { timeNs } of alerts) {
        if (++seen > alertsFrom) delays.push((now - sentAt(Number(timeNs))) / 1e6);
      }
    },
    report: () => ({ alertDelay: { medianMs: quantile(delays, 0.5), p99Ms: quantile(delays, 0.99) } }),
  };
}

/** Messages from one look at memory to the next. */
const memoryEvery = 5_000_000;

function watchMemory(): Watcher {
  const collect: unknown = Reflect.get(globalThis, "gc");
  if (typeof collect !== "function") throw new Error("run it with --expose-gc");
  const samples: MemorySample[] = [];
  let messages = 0;
  return {
    ...nothing,
    judged(items) {
      messages += items.length;
      if (messages < (samples.length + 1) * memoryEvery) return;
      for (let i = 0; i < 3; i++) collect();
      const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
      samples.push({ messages, rss, heap: heapUsed + arrayBuffers });
    },
    report: () => ({ memory: samples }),
  };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
}
