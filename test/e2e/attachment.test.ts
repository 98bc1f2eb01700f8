import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Attachment,
  type AttachOptions,
  attach,
  createRunsc,
  createSentryServer,
  createTracker,
  events,
  hold,
  isMessage,
  type Process,
  parseProcfs,
  pipe,
  podInitConfig,
  type SentryServer,
  type StreamItem,
  stage,
  type TrackedEvent,
  type Tracker,
  track,
} from "sentrytap";
import { expect, onTestFinished, test } from "vitest";
import { describeWithRunsc, type RunningSandbox, type Runsc, startSandbox } from "./runsc.ts";

/** A server whose sandboxes are attached, and all that came of them. */
interface Watch {
  readonly endpoint: string;
  readonly server: SentryServer;
  readonly tracker: Tracker;
  readonly attachment: Attachment;
  /** What became of sandboxes: `attached gone`. */
  readonly log: string[];
  readonly seen: TrackedEvent[];
  /** Ends, and has everything in `seen`. */
  stop(): Promise<void>;
}

function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "sentrytap-e2e-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The threads whose birth was told. */
function bornIn(seen: readonly TrackedEvent[]): ReadonlySet<number | undefined> {
  return new Set(
    seen.flatMap(({ message, thread }) =>
      message.messageName === "MESSAGE_SENTRY_CLONE" ? [thread?.tid] : [],
    ),
  );
}

describeWithRunsc("attach", (runsc: Runsc) => {
  async function watch(
    roots: readonly string[],
    options: Partial<AttachOptions> & { look?: (event: TrackedEvent) => void; endpoint?: string } = {},
  ): Promise<Watch> {
    const { look, endpoint = join(testFolder(), "s.sock"), ...more } = options;
    const server = await createSentryServer({ path: endpoint });
    const tracker = createTracker();
    const points = { points: "all", retries: 1_000_000 } as const;
    const where = { runsc: runsc.path, roots, lookEveryMs: 300 };
    const attachment = attach({ server, tracker, ...points, ...where, ...more });
    const log: string[] = [];
    attachment.on("attached", (_, { replaced }) => log.push(`attached ${replaced ?? "new"}`));
    attachment.on("seeded", () => log.push("seeded"));
    attachment.on("unseen", () => log.push("unseen"));
    attachment.on("failed", (_, error) => log.push(`failed ${error.code} ${error.message}`));
    attachment.on("detached", () => log.push("detached"));
    attachment.on("error", ({ message }) => log.push(`error ${message}`));
    const seen: TrackedEvent[] = [];
    const waiting = hold<StreamItem>({
      keyOf: ({ sandbox }) => sandbox,
      until: (item) => (isMessage(item) ? attachment.ready(item) : undefined),
    });
    // In the pipe, so that each event is looked at as it was.
    const looking = stage("look", (event: TrackedEvent) => {
      look?.(event);
      seen.push(event);
      return event;
    });
    const reading = (async () => {
      for await (const _ of pipe(server.batches(), waiting, events(), track(tracker), looking));
    })();
    const stop = async (): Promise<void> => {
      await attachment.detach();
      await server.close();
      await reading;
    };
    onTestFinished(stop);
    return { endpoint, server, tracker, attachment, log, seen, stop };
  }

  /** A sandbox that runs a script of bash, and runs by now. */
  async function start(script: string, podInit?: object): Promise<RunningSandbox> {
    const running = startSandbox({
      runsc,
      args: ["/bin/bash", "-c", script],
      ...(podInit && { podInit }),
    });
    const isUp = async (): Promise<boolean> =>
      (await running.runsc("exec", running.containerId, "/bin/true")).exitCode === 0;
    await expect.poll(isUp, { timeout: 10_000 }).toBe(true);
    return running;
  }

  async function sessionsOf({ root, containerId }: RunningSandbox): Promise<number> {
    return (await createRunsc({ path: runsc.path, root }).traceList(containerId)).length;
  }

  test("makes a sandbox that runs known from its first event on", async () => {
    const script = "cd /tmp; exec 5< /etc/hostname; while true; do cat /etc/hosts; read -t 0.05 -u 5; done";
    const running = await start(script);
    const strangers: (number | undefined)[] = [];
    const shells = new Set<Process>();
    const { log, seen, attachment } = await watch([running.root], {
      look: ({ thread, pid, type }) => {
        if (type === "gap" || thread === undefined) return;
        if (pid === 1) shells.add(thread.process);
        if (thread.process.exepath === undefined || thread.process.cwd === undefined) strangers.push(pid);
      },
    });
    const reader = (): Process | undefined => {
      const born = bornIn(seen);
      const read = seen.find(
        ({ type, tid, fd }) => type === "read" && born.has(tid) && fd?.name === "/etc/hosts",
      );
      return read?.thread?.process;
    };
    await expect.poll(reader, { timeout: 10_000 }).toBeDefined();
    expect(log).toEqual(["attached new", "seeded"]);
    expect(attachment.stats().sandboxes).toMatchObject([{ id: running.containerId, state: "connected" }]);
    const [shell] = shells;
    expect({ exepath: shell?.exepath, args: shell?.args, cwd: shell?.cwd }).toEqual({
      exepath: "/usr/bin/bash",
      args: ["-c", script],
      cwd: "/tmp",
    });
    expect(shell?.descriptor(5)).toMatchObject({ kind: "file", name: "/etc/hostname" });
    const cat = reader();
    expect({ parent: cat?.parent?.exepath, cwd: cat?.cwd }).toEqual({ parent: "/usr/bin/bash", cwd: "/tmp" });
    expect(new Set(strangers).size, "those who ended before the dump").toBeLessThanOrEqual(2);
  });

  test("attaches a busy sandbox in the middle, without a gap and without a double", async () => {
    const script =
      'f() { for ((i = 0; ; i++)); do /bin/true "$1" "$i"; done; }; f a & f b & while [ ! -e /tmp/end ]; do sleep 0.1; done; kill %1 %2; wait; sleep 60';
    const running = await start(script);
    const { log, seen, tracker, stop } = await watch([running.root]);
    await expect.poll(() => seen.length, { timeout: 10_000 }).toBeGreaterThan(2_000);
    await running.runsc("exec", running.containerId, "/bin/touch", "/tmp/end");
    await expect
      .poll(() => seen.some(({ args }) => "args" in args && args.args?.[0] === "60"), { timeout: 10_000 })
      .toBe(true);
    expect(log).toEqual(["attached new", "seeded"]);

    // Each loop counts: what runs is told once, one after the other.
    for (const name of ["a", "b"]) {
      const numbers = seen.flatMap(({ type, direction, failed, args }) =>
        type === "execve" && direction === "exit" && !failed && "args" in args && args.args?.[0] === name
          ? [Number(args.args[1])]
          : [],
      );
      expect(numbers.length).toBeGreaterThan(10);
      expect(numbers).toEqual(numbers.map((_, i) => (numbers[0] ?? 0) + i));
    }

    const born = bornIn(seen);
    expect(born.size).toBeGreaterThan(20);
    const unknown = seen.filter(
      ({ type, thread }) => type !== "gap" && thread?.process.exepath === undefined,
    );
    // Of who ended before the dump, nothing tells; everybody else is known.
    expect(unknown.filter(({ pid }) => born.has(pid)).map(({ type }) => type)).toEqual([]);
    expect(new Set(unknown.map(({ pid }) => pid)).size).toBeLessThanOrEqual(4);

    // In the end the tables have those who run, and nobody else.
    const sandbox = seen[0]?.sandbox;
    if (sandbox === undefined) throw new Error("nothing came");
    const driver = createRunsc({ path: runsc.path, root: running.root });
    // Whoever has just ended is told of before procfs leaves it out.
    const untold = async (): Promise<number> => {
      const { processes } = parseProcfs(await driver.traceProcfs(running.containerId));
      return processes.length - (tracker.stats(sandbox)?.processes ?? 0);
    };
    await expect.poll(untold).toBe(0);
    expect(seen.some(({ message: { droppedCount = 0 } }) => droppedCount > 0)).toBe(false);
    await stop();
  });

  test("leaves those alone that connect by themselves", async () => {
    const running = await start("sleep 60");
    const { endpoint, log, server, attachment } = await watch([running.root]);
    await expect.poll(() => log).toEqual(["attached new", "seeded"]);
    const other = startSandbox({
      runsc,
      args: ["/bin/sleep", "60"],
      podInit: podInitConfig({ endpoint, ignoreSetupError: false }),
    });
    const isUp = async (): Promise<boolean> =>
      (await other.runsc("exec", other.containerId, "/bin/true")).exitCode === 0;
    await expect.poll(isUp, { timeout: 10_000 }).toBe(true);
    expect(server.stats().sandboxes).toHaveLength(2);
    const second = await watch([other.root], { endpoint: join(testFolder(), "t.sock") });
    await attachment.look();
    expect(log).toHaveLength(2);
    // Somebody else must not take it.
    await expect.poll(() => second.log.length, { timeout: 5_000 }).toBeGreaterThan(0);
    expect(second.log[0]).toMatch(/^failed ERR_SESSION_IN_USE /);
    await attachment.detach();
    expect(log.slice(2)).toEqual(["detached"]);
    expect([await sessionsOf(running), await sessionsOf(other)]).toEqual([0, 1]);
    // It is free when its reader has gone.
    await server.close();
    await expect.poll(() => second.log.at(-1), { timeout: 10_000 }).toBe("seeded");
    expect(second.log.at(-2)).toBe("attached gone");
  });

  test("finds a sandbox that started while nobody listened, and one that nobody told to connect", async () => {
    const endpoint = join(testFolder(), "s.sock");
    const early = await start("sleep 60", podInitConfig({ endpoint }));
    expect(await sessionsOf(early)).toBe(0);
    const plain = await start("sleep 60");
    const { log, attachment } = await watch([early.root, plain.root], { endpoint });
    await attachment.look();
    await expect.poll(() => log.length).toBe(4);
    const other = await plain.detach("/bin/sleep", "60");
    await expect.poll(() => log.slice(4), { timeout: 5_000 }).toEqual(["unseen", "attached new", "seeded"]);
    expect(new Map(attachment.stats().sandboxes.map(({ id, state }) => [id, state]))).toEqual(
      new Map([early.containerId, plain.containerId, other].map((id) => [id, "connected"])),
    );
  });

  test("takes a pod for one sandbox", async () => {
    const running = startSandbox({ runsc, args: ["/bin/sleep", "60"], pod: true });
    const driver = createRunsc({ path: runsc.path, root: running.root });
    await expect
      .poll(async () => (await driver.list()).map(({ status }) => status), { timeout: 10_000 })
      .toEqual(["running"]);
    const script = "while true; do /bin/true; sleep 0.05; done";
    const further = await running.join("/bin/bash", "-c", script);
    const { log, seen, attachment } = await watch([running.root]);
    const ofFurther = (): readonly TrackedEvent[] =>
      seen.filter(({ containerId }) => containerId === further);
    await expect.poll(() => ofFurther().length, { timeout: 10_000 }).toBeGreaterThan(50);
    await attachment.look();
    expect(log).toEqual(["attached new", "seeded"]);
    expect(attachment.stats().sandboxes).toHaveLength(1);
    const shell = ofFurther().find(({ thread }) => thread?.process.args?.[1] === script)?.thread?.process;
    expect({ exepath: shell?.exepath, containerId: shell?.containerId }).toEqual({
      exepath: "/usr/bin/bash",
      containerId: further,
    });
  });
});
