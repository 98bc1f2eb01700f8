import { readdirSync, readFileSync } from "node:fs";
import type { GapKind, TrackedEvent } from "sentrytap";
import { expect, test } from "vitest";
import { describeWithRunsc, sandbox, startSandbox } from "./runsc.ts";
import { watch } from "./watch.ts";

// What a real stream cannot say, and what remains of it.

type Gap = Extract<TrackedEvent, { readonly type: "gap" }>;

function gaps(events: readonly TrackedEvent[], kind: GapKind): readonly Gap[] {
  return events.filter((event) => event.type === "gap").filter(({ args }) => args.kind === kind);
}

describeWithRunsc("a gap", (runsc) => {
  const bash = (script: string) => (podInit: object) =>
    sandbox({ runsc, args: ["/bin/bash", "-c", script], podInit });

  test("is not in what an honest container does", async () => {
    const { result, events } = await watch(
      bash("for n in 1 2 3; do cat /etc/hostname; done; (exit 3) & wait"),
    );
    expect(result.exitCode).toBe(0);
    expect(events.filter(({ type }) => type === "gap")).toEqual([]);
  });

  test("shows a program that hides behind an argument which is not UTF-8", async () => {
    const { events } = await watch(bash("cp /bin/cat /tmp/evil; /tmp/evil /etc/hostname $'\\xff'; true"));
    const [found, ...others] = gaps(events, "name_change");
    expect(found).toMatchObject({ args: { before: "bash", after: "evil" }, thread: { name: "evil" } });
    expect(others).toEqual([]);
    // Nothing else tells of it: that is why.
    expect(events.filter(({ thread }) => thread?.process.exepath === "/tmp/evil")).toEqual([]);
  });

  test("foretells a program that hides behind a name which is cut within a character", async () => {
    const name = "/tmp/ääääääää";
    const { events } = await watch(bash(`cp /bin/cat ${name}; ${name} /etc/hostname; true`));
    const [found] = gaps(events, "unreadable_name");
    expect(found).toMatchObject({ args: { path: name } });
    const pid = found?.pid;
    expect(found).toBeDefined();
    const later = events.slice(events.indexOf(found as Gap) + 1);
    expect(later.filter((event) => event.pid === pid && event.type !== "execve")).toEqual([]);
  });

  test("tells of an exec session, whose start is told nowhere", async () => {
    const { events } = await watch(async (podInit) => {
      const running = startSandbox({ runsc, args: ["/bin/sleep", "2"], podInit });
      await expect
        .poll(
          async () =>
            (await running.runsc("exec", running.containerId, "/bin/cat", "/etc/hostname")).exitCode,
        )
        .toBe(0);
      return running.ended;
    });
    const found = gaps(events, "thread_without_birth");
    expect(found.length).toBeGreaterThan(0);
    expect(found.at(-1)).toMatchObject({ processName: "cat", thread: { process: { parent: undefined } } });
  });

  test("tells of a Sentry that dies with its sandbox", async () => {
    const { events, stats } = await watch(async (podInit) => {
      const running = startSandbox({ runsc, args: ["/bin/sleep", "20"], podInit });
      await expect.poll(() => sentryOf(running.containerId)).toBeDefined();
      await expect
        .poll(async () => (await running.runsc("exec", running.containerId, "/bin/true")).exitCode)
        .toBe(0);
      process.kill(sentryOf(running.containerId) ?? 0, "SIGKILL");
      return running.ended;
    });
    expect(events.slice(-2)).toMatchObject([
      { type: "gap", args: { kind: "sandbox_lost", threads: 1, processes: 1 } },
      { type: "sandbox_end" },
    ]);
    expect(stats.dropped).toBe(0);
  });
});

/** The process id of the Sentry that runs the sandbox of `containerId`. */
function sentryOf(containerId: string): number | undefined {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .find((pid) => {
      try {
        const [program, ...words] = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
        return program === "runsc-sandbox" && words.includes(containerId);
      } catch {
        return false; // it ended meanwhile
      }
    });
}
