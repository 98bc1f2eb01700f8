import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { rootfs } from "./rootfs.ts";
import {
  canRunSandboxes,
  describeWithRunsc,
  installedRunscs,
  sandbox,
  sandboxDo,
  startSandbox,
  stopSandboxes,
} from "./runsc.ts";

describe("what is here", () => {
  test("every release found is an existing program, and none is found twice", () => {
    const found = installedRunscs();
    expect(new Set(found.map(({ release }) => release)).size).toBe(found.length);
    for (const { path } of found) expect(existsSync(path)).toBe(true);
  });

  test("a program that is no runsc is not taken for one", () => {
    vi.stubEnv("SENTRYTAP_RUNSC_2022", process.execPath);
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    expect(installedRunscs().map(({ release }) => release)).not.toContain("2022");
  });

  test("a sandbox that cannot run gives its reason", () => {
    const ability = canRunSandboxes({ release: "2022", path: "/nowhere/runsc", platform: "ptrace" });
    expect(ability).toMatchObject({ ok: false, reason: expect.stringMatching(/\w/) });
  });
});

describeWithRunsc("a sandbox", (runsc) => {
  test("ends with its command's exit code, output captured", async () => {
    const result = await sandbox({ runsc, args: ["sh", "-c", "echo out; echo err >&2; exit 7"] });
    expect(result).toEqual({
      exitCode: 7,
      stdout: "out\n",
      stderr: "err\n",
      containerId: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  test("runs on gVisor's kernel, not on ours", async () => {
    const { stdout } = await sandbox({ runsc, args: ["cat", "/proc/version"] });
    expect(stdout).toMatch(/^Linux version 4\.4\.0/);
  });

  test("has the environment, folder, user, files and input it was given", async () => {
    const source = mkdtempSync(join(tmpdir(), "sentrytap-mount-"));
    onTestFinished(() => rmSync(source, { recursive: true }));
    chmodSync(source, 0o755);
    writeFileSync(join(source, "hello"), "from outside\n");
    const result = await sandbox({
      runsc,
      args: [
        "bash",
        "-c",
        'echo "$COLOUR $PWD $(id -u):$(id -g)"; env | sort | cut -d= -f1; cat hello -; touch hello',
      ],
      env: { COLOUR: "green" },
      cwd: "/given",
      user: { uid: 1000, gid: 1001 },
      mounts: [{ source, destination: "/given" }],
      stdin: "from stdin\n",
    });
    expect(result.stdout.split("\n")).toEqual([
      "green /given 1000:1001",
      ...["COLOUR", "HOME", "PATH", "PWD", "SHLVL", "_"],
      ...["from outside", "from stdin", ""],
    ]);
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toMatch(/Read-only file system|Permission denied/);
  });

  test("leaves the shared root filesystem as it was", async () => {
    const script = "echo changed > /etc/shadow && rm /usr/bin/cat && touch /etc/new && echo done";
    const { stdout } = await sandbox({ runsc, args: ["sh", "-c", script] });
    expect(stdout).toBe("done\n");
    expect(readFileSync(join(rootfs(), "etc/shadow"), "utf8")).toMatch(/^root:\*/);
    expect(readdirSync(join(rootfs(), "usr/bin"))).toContain("cat");
    expect(readdirSync(join(rootfs(), "etc"))).not.toContain("new");
  });

  test("several run at once, each with its own answer", async () => {
    const numbers = Array.from({ length: 6 }, (_, index) => index);
    const results = await Promise.all(
      numbers.map((number) => sandbox({ runsc, args: ["sh", "-c", `echo ${number}; exit ${number}`] })),
    );
    expect(results.map(({ exitCode, stdout }) => [exitCode, stdout])).toEqual(
      numbers.map((number) => [number, `${number}\n`]),
    );
  });

  test("other runsc commands reach it while it runs, and a kill ends it", async () => {
    const running = startSandbox({ runsc, args: ["sleep", "60"] });
    await expect
      .poll(async () => (await running.runsc("list")).stdout, { timeout: 10_000 })
      .toMatch(new RegExp(`${running.containerId}.*running`));
    const inside = await running.runsc("exec", running.containerId, "/bin/sh", "-c", "echo inside; exit 5");
    expect(inside).toEqual({ exitCode: 5, stdout: "inside\n", stderr: "" });
    await running.kill();
    expect((await running.ended).exitCode).toBe(128 + 9);
  });

  test("one that does not end is stopped, and nothing of it stays", async () => {
    const running = startSandbox({ runsc, args: ["sh", "-c", "echo begun; sleep 60"], timeoutMs: 1500 });
    await expect(running.ended).rejects.toThrow(/did not end within 1500 ms\nbegun/);
    expect(processesNaming(running.containerId)).toEqual([]);
  });

  test("one that a failed test left running is stopped with the suite", async () => {
    const running = startSandbox({ runsc, args: ["sleep", "60"] });
    const ended = expect(running.ended).rejects.toThrow(/was ended by SIGKILL/);
    await stopSandboxes();
    await ended;
    expect(processesNaming(running.containerId)).toEqual([]);
  });

  test("is given the trace session: without a consumer it starts only when that is no error", async () => {
    const podInit = (tolerant: boolean) => ({
      trace_session: {
        name: "Default",
        points: [{ name: "container/start" }],
        sinks: [
          { name: "remote", config: { endpoint: "/nowhere/trace.sock" }, ignore_setup_error: tolerant },
        ],
      },
    });
    const tolerant = await sandbox({ runsc, args: ["true"], podInit: podInit(true) });
    expect(tolerant.exitCode).toBe(0);
    const strict = await sandbox({ runsc, args: ["true"], podInit: podInit(false) });
    expect(strict.exitCode).toBe(128);
    expect(strict.stderr).toMatch(/trace\.sock|remote/);
  });

  test("runsc do runs a command on this machine's files", async () => {
    const args = ["/bin/sh", "-c", 'cat "$FILE"; exit 3'];
    const result = await sandboxDo({ runsc, args, env: { FILE: "/etc/os-release" } });
    expect(result).toEqual({ exitCode: 3, stdout: readFileSync("/etc/os-release", "utf8"), stderr: "" });
  });
});

function processesNaming(word: string): readonly string[] {
  return readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(word);
    } catch {
      return false; // ended meanwhile
    }
  });
}
