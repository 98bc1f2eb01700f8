import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { ContainerMetadata } from "@sentrytap/rules";
import { type KnownMessage, SandboxEnd, type TracedSandbox } from "@sentrytap/wire";
import { describe, expect, onTestFinished, test } from "vitest";
import { message } from "../../events/test/message.ts";
import { dockerAnswers, id } from "../test/answers.ts";
import { startFakeDocker } from "../test/fake-docker.ts";
import type { SourceTrouble } from "./asked-source.ts";
import type { ContainerSource } from "./container-source.ts";
import type { Containers } from "./containers.ts";
import { createContainers } from "./create-containers.ts";
import { createDockerSource } from "./docker-source.ts";
import type { ContainersOptions } from "./options.ts";

/** A sandbox that sends messages. */
const makeSandbox = (): TracedSandbox => ({ id: "sandbox", arch: "x64" });

/** The message that a container starts. */
const containerStart = (sandbox: TracedSandbox, of: string): KnownMessage =>
  message("CONTAINER_START", { id: of }, sandbox);

/** A message of something that happens in a container. */
const somethingIn = (sandbox: TracedSandbox, containerId: string): KnownMessage =>
  message("SENTRY_CLONE", { contextData: { containerId } }, sandbox);

const web: ContainerMetadata = { name: "web" };

/** A source that tells what `answer` does, and notes whom it was asked of. */
function sourceOf(
  answer: (
    id: string,
    signal: AbortSignal,
  ) => ContainerMetadata | undefined | Promise<ContainerMetadata | undefined>,
  name = "test",
): ContainerSource & { readonly asked: string[] } {
  const asked: string[] = [];
  const find = async (of: string, signal: AbortSignal): Promise<ContainerMetadata | undefined> => {
    asked.push(of);
    return answer(of, signal);
  };
  return { name, asked, find };
}

function containersOf(sources: readonly ContainerSource[], options: ContainersOptions = {}): Containers {
  const containers = createContainers({ sources, ...options });
  onTestFinished(() => containers.close());
  return containers;
}

const never = (): Promise<never> => new Promise(() => {});
const randomId = (): string => randomBytes(32).toString("hex");

describe("a container that starts", () => {
  test("is asked for once, and known then", async () => {
    const source = sourceOf(() => web);
    const containers = containersOf([source]);
    const sandbox = makeSandbox();
    expect(containers.lookup(id)).toBeUndefined();
    await containers.ready(containerStart(sandbox, id));
    expect(containers.lookup(id)).toBe(web);
    for (let i = 0; i < 10; i++) expect(containers.ready(somethingIn(sandbox, id))).toBeUndefined();
    expect(source.asked).toEqual([id]);
    expect(containers.stats()).toMatchObject({ known: 1, asking: 0, asks: 1, found: 1, refused: 0 });
  });

  test("is waited for no longer than the moment that is set; the answer counts from when it comes", async () => {
    const containers = containersOf([sourceOf(() => sleep(200, web))], { waitMs: 50 });
    const started = performance.now();
    await containers.ready(containerStart(makeSandbox(), id));
    expect(performance.now() - started).toBeLessThan(150);
    expect(containers.lookup(id)).toBeUndefined();
    await expect.poll(() => containers.lookup(id)).toBe(web);
  });

  test("is known before where the command line of its runsc named it", async () => {
    const source = sourceOf(() => web);
    const containers = containersOf([source]);
    containers.connected({ peer: { cmdline: ["runsc", "--root=/x", "create", "--bundle", "/b", id] } });
    await expect.poll(() => containers.lookup(id)).toBe(web);
    expect(containers.ready(containerStart(makeSandbox(), id))).toBeUndefined();
    expect(source.asked).toEqual([id]);
  });

  test("waits for the ask that its connection began", async () => {
    const source = sourceOf(() => sleep(50, web));
    const containers = containersOf([source]);
    containers.connected({ peer: { cmdline: ["runsc", "run", id] } });
    await containers.ready(containerStart(makeSandbox(), id));
    expect(containers.lookup(id)).toBe(web);
    expect(source.asked).toEqual([id]);
  });

  test("again is asked for again: its start and its address are others now", async () => {
    let answer: ContainerMetadata = web;
    const source = sourceOf(() => answer);
    const containers = containersOf([source]);
    containers.connected({ peer: { cmdline: ["runsc", "create", id] } });
    await expect.poll(() => containers.lookup(id)).toBe(web);
    answer = { name: "web", ip: "10.0.0.9" };
    containers.connected({ peer: { cmdline: ["runsc", "create", id] } });
    // What was known stays until the answer is there.
    expect(containers.lookup(id)).toBe(web);
    await expect.poll(() => containers.lookup(id)).toBe(answer);
  });
});

test.each([[["runsc"]], [[]], [["runsc", "do", "/bin/sh"]], [["runsc", "create", `--bundle=/run/${id}`]]])(
  "the command line %j names no container",
  (cmdline) => {
    const source = sourceOf(() => web);
    containersOf([source]).connected({ peer: { cmdline } });
    expect(source.asked).toEqual([]);
  },
);

describe("a container that no message told the start of", () => {
  test("is asked for with the first message that names it, and waited for", async () => {
    const containers = containersOf([sourceOf((of) => ({ name: of.slice(0, 2) }))]);
    const sandbox = makeSandbox();
    const [one, two] = [randomId(), randomId()];
    await containers.ready(somethingIn(sandbox, one));
    expect(containers.lookup(one)?.name).toBe(one.slice(0, 2));
    await containers.ready(somethingIn(sandbox, two));
    expect(containers.ready(somethingIn(sandbox, one))).toBeUndefined();
    expect(containers.ready(somethingIn(sandbox, two))).toBeUndefined();
    expect(containers.lookup(two)?.name).toBe(two.slice(0, 2));
  });

  test("is asked for when a rule meets it", async () => {
    const source = sourceOf(() => web);
    const containers = containersOf([source]);
    for (let i = 0; i < 10; i++) expect(containers.lookup(id)).toBeUndefined();
    await expect.poll(() => containers.lookup(id)).toBe(web);
    expect(source.asked).toEqual([id]);
  });
});

describe("nothing is waited for", () => {
  test("where a message names no container", () => {
    const containers = containersOf([sourceOf(() => web)]);
    const sandbox = makeSandbox();
    expect(containers.ready(somethingIn(sandbox, ""))).toBeUndefined();
    expect(containers.ready(new SandboxEnd(sandbox))).toBeUndefined();
  });

  test("where there is no source", () => {
    expect(containersOf([]).ready(containerStart(makeSandbox(), id))).toBeUndefined();
  });

  test.each(["../../etc", "a b", "a\nb", "-x", "é", "x".repeat(129), `${"a".repeat(30)}/json?x=`])(
    "for what is no id: %j",
    (bad) => {
      const source = sourceOf(() => web);
      const containers = containersOf([source]);
      expect(containers.ready(containerStart(makeSandbox(), bad))).toBeUndefined();
      expect(containers.lookup(bad)).toBeUndefined();
      containers.connected({ peer: { cmdline: ["runsc", "create", bad] } });
      expect(source.asked).toEqual([]);
    },
  );

  test("after it is closed", async () => {
    const source = sourceOf(() => web);
    const containers = containersOf([source]);
    await containers.close();
    expect(containers.ready(containerStart(makeSandbox(), id))).toBeUndefined();
    expect(containers.lookup(id)).toBeUndefined();
    expect(source.asked).toEqual([]);
  });
});

describe("sources", () => {
  test("are asked in order, until one knows", async () => {
    const known = sourceOf(() => web, "b");
    const [first, last] = [sourceOf(() => undefined, "a"), sourceOf(() => ({ name: "other" }), "c")];
    const containers = containersOf([first, known, last]);
    await containers.ready(containerStart(makeSandbox(), id));
    expect(containers.lookup(id)).toBe(web);
    expect([first.asked.length, known.asked.length, last.asked.length]).toEqual([1, 1, 0]);
    expect(containers.stats().sources.map(({ name, asks, found }) => [name, asks, found])).toEqual([
      ["a", 1, 0],
      ["b", 1, 1],
      ["c", 0, 0],
    ]);
  });

  test("are those given, the daemons at paths, or by themselves those of this machine", () => {
    const namesOf = (sources?: ContainersOptions["sources"]): string[] => {
      const containers = createContainers(sources && { sources });
      onTestFinished(() => containers.close());
      return containers.stats().sources.map(({ name }) => name);
    };
    expect(namesOf(["/run/a.sock", sourceOf(() => web, "mine")])).toEqual([
      "the daemon at /run/a.sock",
      "mine",
    ]);
    expect(namesOf("auto")).toEqual(namesOf());
    expect(namesOf("auto")).toContain("Docker at /var/run/docker.sock");
  });

  test("that know nothing are not asked again at once", async () => {
    const source = sourceOf(() => undefined);
    const containers = containersOf([source]);
    const sandbox = makeSandbox();
    await containers.ready(containerStart(sandbox, id));
    expect(containers.ready(containerStart(sandbox, id))).toBeUndefined();
    expect(containers.ready(somethingIn(makeSandbox(), id))).toBeUndefined();
    expect(containers.lookup(id)).toBeUndefined();
    expect(source.asked).toEqual([id]);
  });

  test.each<[string, ContainerSource["find"]]>([
    [
      "throw",
      () => {
        throw new Error("no");
      },
    ],
    ["reject", () => Promise.reject(new Error("no"))],
    ["reject with nothing", () => Promise.reject(undefined)],
    ["never answer", never],
  ])("that %s leave it to the next", async (_, find) => {
    const troubles: SourceTrouble[] = [];
    const odd = { name: "odd", find };
    const containers = containersOf([odd, sourceOf(() => web)], {
      timeoutMs: 50,
      onTrouble: (trouble) => troubles.push(trouble),
    });
    await containers.ready(containerStart(makeSandbox(), id));
    expect(containers.lookup(id)).toBe(web);
    expect(troubles).toEqual([
      { source: "odd", failures: 1, error: expect.objectContaining({ code: "ERR_CONTAINER_SOURCE" }) },
    ]);
    expect(troubles[0]?.error.message).toMatch(/odd/);
    expect(containers.stats().sources[0]).toMatchObject({ asks: 1, found: 0, failures: 1 });
  });

  test("that fail are told of once, left alone for a while, and then asked again", async () => {
    const troubles: SourceTrouble[] = [];
    let works = false;
    const source = sourceOf(() => (works ? web : Promise.reject(new Error("down"))));
    const containers = containersOf([source], { onTrouble: (trouble) => troubles.push(trouble) });
    const sandbox = makeSandbox();
    for (let i = 0; i < 10; i++) await containers.ready(containerStart(sandbox, randomId()));
    expect(source.asked).toHaveLength(3);
    expect(troubles).toHaveLength(1);
    // Nothing waits for one that is left alone.
    expect(containers.ready(containerStart(sandbox, randomId()))).toBeUndefined();
    works = true;
    await sleep(1_100);
    await containers.ready(containerStart(sandbox, id));
    expect(containers.lookup(id)).toBe(web);
    await containers.ready(containerStart(sandbox, randomId()));
    expect(source.asked).toHaveLength(5);
  });

  test("may have a listener of troubles that throws", async () => {
    const containers = containersOf([sourceOf(() => Promise.reject(new Error("down")))], {
      onTrouble: () => {
        throw new Error("mine");
      },
    });
    await containers.ready(containerStart(makeSandbox(), id));
    expect(containers.stats()).toMatchObject({ asking: 0, known: 0 });
  });

  test("are told when nobody waits any more", async () => {
    const signals: AbortSignal[] = [];
    const source = sourceOf((_, signal) => {
      signals.push(signal);
      return never();
    });
    const containers = containersOf([source], { timeoutMs: 30 });
    await containers.ready(containerStart(makeSandbox(), id));
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);

    const patient = containersOf([source], { timeoutMs: 60_000 });
    const waiting = patient.ready(containerStart(makeSandbox(), id));
    await patient.close();
    await waiting;
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    expect(patient.stats()).toMatchObject({ asking: 0, sources: [{ failures: 0 }] });
  });

  test("are closed with the rest", async () => {
    let closed = 0;
    const source = { name: "x", find: async () => web, close: () => void closed++ };
    await createContainers({ sources: [source] }).close();
    expect(closed).toBe(1);
  });
});

describe("a hostile sandbox", () => {
  test("that starts containers without end makes few asks, and others are served", async () => {
    const source = sourceOf(() => undefined);
    const containers = containersOf([source]);
    const sandbox = makeSandbox();
    for (let i = 0; i < 5_000; i++) containers.ready(containerStart(sandbox, randomId()));
    await expect.poll(() => containers.stats().asking).toBe(0);
    expect(source.asked.length).toBeLessThan(40);
    expect(containers.stats().refused).toBeGreaterThan(4_900);
    const before = source.asked.length;
    await containers.ready(containerStart(makeSandbox(), id));
    expect(source.asked.slice(before)).toEqual([id]);
  });

  test("whose messages name containers without end makes few asks, in rules as well", async () => {
    const source = sourceOf(() => undefined);
    const containers = containersOf([source]);
    const sandbox = makeSandbox();
    for (let i = 0; i < 5_000; i++) {
      const made = randomId();
      containers.ready(somethingIn(sandbox, made));
      containers.lookup(made);
    }
    await expect.poll(() => containers.stats().asking).toBe(0);
    expect(source.asked.length).toBeLessThan(150);
  });

  test("that names containers by turns has its messages wait for few things", () => {
    const containers = containersOf([sourceOf(never)]);
    const sandbox = makeSandbox();
    const ids = [randomId(), randomId()];
    const waits = new Set(
      Array.from({ length: 1_000 }, (_, i) => containers.ready(somethingIn(sandbox, ids[i % 2] ?? ""))),
    );
    expect(waits.size).toBe(2);
  });

  test("or many of them, keep nobody waiting whom the command line of a runsc names", async () => {
    const source = sourceOf((of) => (of === id ? web : sleep(100)));
    const containers = containersOf([source]);
    for (let i = 0; i < 2_000; i++) void containers.ready(containerStart(makeSandbox(), randomId()));
    const { refused } = containers.stats();
    expect(refused).toBeGreaterThan(0);
    containers.connected({ peer: { cmdline: ["runsc", "create", id] } });
    await containers.ready(containerStart(makeSandbox(), id));
    expect(containers.lookup(id)).toBe(web);
    expect(containers.stats()).toMatchObject({ refused });
    expect(source.asked.indexOf(id)).toBeLessThanOrEqual(16);
  });

  test("does not make known containers forgotten", async () => {
    const containers = containersOf([sourceOf((of) => (of === id ? web : undefined))], { maxContainers: 10 });
    await containers.ready(containerStart(makeSandbox(), id));
    for (let i = 0; i < 5; i++) {
      const sandbox = makeSandbox();
      const asks = Array.from({ length: 30 }, () => containers.ready(containerStart(sandbox, randomId())));
      await Promise.all(asks);
    }
    expect(containers.lookup(id)).toBe(web);
    expect(containers.stats().known).toBe(1);
  });
});

test("connections without end make a thousand asks, and a hundred each second", async () => {
  const source = sourceOf(() => undefined);
  const containers = containersOf([source]);
  for (let i = 0; i < 20; i++) {
    for (let j = 0; j < 100; j++) containers.connected({ peer: { cmdline: ["runsc", "run", randomId()] } });
    await sleep(1);
  }
  await expect.poll(() => containers.stats().asking).toBe(0);
  expect(source.asked.length).toBeGreaterThanOrEqual(1_000);
  expect(source.asked.length).toBeLessThan(1_500);
});

test("much that is told of containers makes others forgotten", async () => {
  const huge = { env: ["x".repeat(1_000_000)] };
  const containers = containersOf([sourceOf(() => ({ ...huge }))]);
  for (let i = 0; i < 40; i++) await containers.ready(containerStart(makeSandbox(), randomId()));
  expect(containers.stats().known).toBeLessThanOrEqual(32);
  expect(containers.stats().found).toBe(40);
});

test("what a source tells may be anything", async () => {
  const round: { name: string; self?: unknown } = { name: "round" };
  round.self = round;
  const containers = containersOf([sourceOf(() => round)]);
  await containers.ready(containerStart(makeSandbox(), id));
  expect(containers.lookup(id)).toBe(round);
});

describe("many sandboxes at once", () => {
  test("are asked for eight at a time", async () => {
    let now = 0;
    let most = 0;
    const source = sourceOf(async () => {
      most = Math.max(most, ++now);
      await sleep(5);
      now--;
      return web;
    });
    const containers = containersOf([source]);
    const ids = Array.from({ length: 100 }, randomId);
    await Promise.all(ids.map((one) => containers.ready(containerStart(makeSandbox(), one))));
    expect(most).toBe(8);
    expect(ids.filter((one) => containers.lookup(one) === web)).toHaveLength(100);
  });

  test("wait in a queue that has an end", async () => {
    const containers = containersOf([sourceOf(never)], { timeoutMs: 60_000 });
    for (let i = 0; i < 1_100; i++) void containers.ready(containerStart(makeSandbox(), randomId()));
    expect(containers.stats()).toMatchObject({ asking: 1_008, refused: 92 });
    await containers.close();
    expect(containers.stats()).toMatchObject({ asking: 0 });
  });

  test("are kept in mind up to a number", async () => {
    const containers = containersOf([sourceOf(() => web)], { maxContainers: 10 });
    const ids = Array.from({ length: 40 }, randomId);
    for (const one of ids) await containers.ready(containerStart(makeSandbox(), one));
    const { known } = containers.stats();
    expect(known).toBeGreaterThanOrEqual(5);
    expect(known).toBeLessThanOrEqual(10);
    expect(containers.lookup(ids.at(-1) ?? "")).toBe(web);
  });
});

describe("a daemon", () => {
  test("that is away, hangs, talks nonsense and comes back costs nothing but the metadata meanwhile", async () => {
    const docker = await startFakeDocker(dockerAnswers());
    const troubles: SourceTrouble[] = [];
    const containers = containersOf([createDockerSource(docker.socket)], {
      timeoutMs: 100,
      waitMs: 1_000,
      onTrouble: (trouble) => troubles.push(trouble),
    });
    await docker.stop();
    await containers.ready(containerStart(makeSandbox(), randomId()));
    await docker.start();
    docker.answer(() => {}); // hangs
    await containers.ready(containerStart(makeSandbox(), randomId()));
    docker.answer((_request, response) => response.end("{]"));
    await containers.ready(containerStart(makeSandbox(), randomId()));
    expect(containers.stats().sources[0]).toMatchObject({ asks: 3, failures: 3 });
    expect(troubles).toHaveLength(1);
    docker.answer(dockerAnswers());
    await sleep(1_100);
    await containers.ready(containerStart(makeSandbox(), id));
    expect(containers.lookup(id)).toMatchObject({ name: "web-1" });
  });
});

test.each<ContainersOptions>([
  { waitMs: -1 },
  { waitMs: 10_001 },
  { waitMs: Number.NaN },
  { timeoutMs: 9 },
  { timeoutMs: 60_001 },
  { maxContainers: 1 },
  { maxContainers: 1_000_001 },
])("options out of their range are refused: %j", (options) => {
  expect(() => createContainers({ sources: [], ...options })).toThrow(
    expect.objectContaining({ code: "ERR_INVALID_ARGUMENT" }),
  );
});

test("one source that is not in an array is refused", () => {
  const options: object = { sources: "/var/run/docker.sock" };
  expect(() => createContainers(options)).toThrow(
    expect.objectContaining({
      code: "ERR_INVALID_ARGUMENT",
      message: expect.stringContaining("/var/run/docker.sock"),
    }),
  );
});
