import { loadRuleFiles, type TrackedEvent } from "sentrytap";
import { expect, test } from "vitest";
import { describeWithRunsc, sandbox } from "./runsc.ts";
import { succeeded, watch } from "./watch.ts";

const starterRules = await loadRuleFiles();

function opened(events: readonly TrackedEvent[], path: string): number {
  return succeeded(events, "openat").filter(({ fd }) => fd?.name === path).length;
}

describeWithRunsc("the pipeline", (runsc) => {
  const run =
    (script: string, extra: object = {}) =>
    (podInit: object) =>
      sandbox({ runsc, args: ["/bin/busybox", "sh", "-c", script], podInit, ...extra });

  test("sees a container from its start to its end", async () => {
    const { result, events, stats, lifecycle } = await watch(run("exit 7"));
    expect(result.exitCode).toBe(7);
    expect(result.stderr).toBe("");
    expect(events.slice(0, 3).map(({ type }) => type)).toEqual(["container_start", "clone", "execve"]);
    expect(events[0]?.args).toMatchObject({
      id: result.containerId,
      args: ["/bin/busybox", "sh", "-c", "exit 7"],
    });
    expect(events.slice(-2)).toMatchObject([
      { type: "procexit", args: { ret: 7, sig: 0 } },
      { type: "sandbox_end" },
    ]);
    expect(lifecycle).toEqual([
      { name: "connect", events: 0 },
      { name: "disconnect", events: events.length },
    ]);
    expect(stats).toMatchObject({ connected: 1, refused: 0, malformed: 0, truncated: 0, dropped: 0 });
    expect(stats.messages).toBe(stats.transport.packets);
  });

  test("loses nothing of a container that lives 50 ms and works to its last moment", async () => {
    const script = "sleep 0.05; i=0; while [ $i -lt 200 ]; do : < /etc/hostname; i=$((i+1)); done";
    const { result, events, stats } = await watch(run(script));
    expect(result.exitCode).toBe(0);
    expect(opened(events, "/etc/hostname")).toBe(200);
    expect(events.slice(-2).map(({ type }) => type)).toEqual(["procexit", "sandbox_end"]);
    expect(stats.dropped).toBe(0);
  });

  test("counts what a workload does: forks, programs, files, exits", async () => {
    const script = "for n in 1 2 3 4 5; do /bin/busybox cat /etc/hostname > /dev/null; done";
    const { events } = await watch(run(script));
    const born = events.filter(({ type, message }) => type === "clone" && message.messageType === 2);
    expect(born).toHaveLength(5);
    expect(events.filter(({ type }) => type === "sentry_exec")).toHaveLength(5);
    expect(succeeded(events, "execve").filter(({ message }) => message.messageType === 11)).toHaveLength(5);
    expect(events.filter(({ type }) => type === "procexit")).toHaveLength(6);
    expect(opened(events, "/etc/hostname")).toBe(5);
    for (const { thread } of events.filter(({ type }) => type === "sentry_exec")) {
      expect(thread?.process).toMatchObject({ args: ["cat", "/etc/hostname"], cwd: "/" });
      expect(thread?.process.parent).toMatchObject({ pid: 1, args: expect.arrayContaining(["sh"]) });
    }
  });

  test("the small session serves the starter rules as the full one does", async () => {
    const script = [
      "mkdir -p /dev/shm",
      "cat /etc/shadow > /dev/null",
      "cp /bin/busybox /tmp/apt-get; /tmp/apt-get",
      "touch /bin/foo",
      "echo x > /root/.plan",
      "cp /bin/busybox /dev/shm/x; /dev/shm/x true",
      "(echo 'exit' | busybox nc -l -p 4444 > /dev/null) & sleep 0.5",
      "bash -c 'bash -i >& /dev/tcp/127.0.0.1/4444 0>&1'",
      "wait; exit 3",
    ].join("\n");
    const expected = [
      "File below / or /root opened for writing",
      "File below a binary directory opened for writing",
      "Package manager started",
      "Program run from memory",
      "Secret file read by a program that has no need to",
      "Shell wired to the network",
    ];
    for (const points of ["all", "pipeline"] as const) {
      const { result, alerts } = await watch(run(script), { rules: starterRules, points });
      expect(result.exitCode).toBe(3);
      expect([...new Set(alerts.map(({ rule }) => rule))].sort()).toEqual(expected);
      for (const alert of alerts) {
        expect(alert.outputFields).toMatchObject({ "container.id": result.containerId.slice(0, 12) });
      }
    }
  });

  test("what failed raises nothing and changes nothing", async () => {
    const script = [
      "echo x > /bin/foo",
      "echo x > /root/foo",
      "cat /etc/shadow",
      "/nowhere/apt-get install evil",
      "/etc/hostname",
      "exit 0",
    ].join("\n");
    const user = { uid: 1000, gid: 1000 };
    const { events, alerts } = await watch(run(script, { user }), { rules: starterRules });
    expect(events.filter(({ type, failed }) => type === "openat" && failed).length).toBeGreaterThan(0);
    expect(events.filter(({ type, failed }) => type === "execve" && failed).length).toBeGreaterThan(0);
    expect(alerts).toEqual([]);
    const names = new Set(events.map(({ thread }) => thread?.process.exepath));
    expect([...names].filter((path) => path?.includes("apt-get") || path === "/etc/hostname")).toEqual([]);
  });

  test("several sandboxes at once are kept apart", async () => {
    const { result, events, stats } = await watch((podInit) =>
      Promise.all([1, 2, 3].map((n) => run(`exit ${n}`)(podInit))),
    );
    expect(stats.connected).toBe(3);
    for (const [i, { containerId, exitCode }] of result.entries()) {
      expect(exitCode).toBe(i + 1);
      const own = events.filter(({ sandbox }) => sandbox.id === containerId);
      expect(own.pop()).toMatchObject({ type: "sandbox_end" });
      expect(own.at(-1)).toMatchObject({ type: "procexit", args: { ret: i + 1 } });
      expect(own.every(({ containerId: id }) => id === containerId)).toBe(true);
    }
  });

  test("a server that goes away leaves the sandbox unharmed", async () => {
    const folder = watch(async (podInit) => {
      const running = run("sleep 0.5; for n in 1 2 3; do cat /etc/hostname > /dev/null; done; exit 5")(
        podInit,
      );
      await new Promise((resolve) => setTimeout(resolve, 300));
      return { running };
    });
    const { result } = await folder;
    expect((await result.running).exitCode).toBe(5);
  });
});
