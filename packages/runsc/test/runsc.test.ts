import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import {
  createRunsc,
  podInitConfig,
  RunscError,
  type RunscFailure,
  type RunscOptions,
} from "@sentrytap/runsc";
import { describe, expect, it } from "vitest";
import { fakeRunsc } from "./fake-runsc.ts";

const id = "a".repeat(64);
const { trace_session: session } = podInitConfig({ endpoint: "/run/s.sock" });

function failure(reason: RunscFailure, message: string): object {
  return expect.objectContaining({ code: "ERR_RUNSC", reason, message: expect.stringContaining(message) });
}

/** Whether the process whose id stands in `file` is there, and is no zombie. */
function lives(file: string): boolean {
  const pid = readFileSync(file, "utf8").trim();
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

describe("what runsc is called with", () => {
  const log = `printf '%s\\n' "$@" >> "$folder/log"; echo --- >> "$folder/log"`;
  const logged = (folder: string): readonly string[] =>
    readFileSync(join(folder, "log"), "utf8")
      .split("---\n")
      .filter(Boolean)
      .map((call) => call.trim().replaceAll("\n", " ").replace(`--root=${folder}`, "--root"));

  it("is the root, the subcommand and, behind two dashes, the id", async () => {
    const { runsc, folder } = fakeRunsc(
      `${log}; case "$3" in list) echo 'SESSIONS (0)';; --) echo 'UID PID PPID C';; esac`,
    );
    await runsc.traceList(id);
    await runsc.traceProcfs(id);
    await runsc.processes(id);
    await runsc.traceDelete(id);
    expect(logged(folder)).toEqual([
      `--root trace list -- ${id}`,
      `--root trace procfs -- ${id}`,
      `--root ps -- ${id}`,
      `--root trace delete --name=Default -- ${id}`,
    ]);
  });

  it("is a file with the session, which nobody else can read and which is gone afterwards", async () => {
    const { runsc, folder } = fakeRunsc(`
      file=$(printf '%s' "$4" | sed 's/^--config=//')
      cp "$file" "$folder/session"; stat -c %a "$file" "$(dirname "$file")" > "$folder/modes"
      echo "$file" > "$folder/file"; echo "$5" > "$folder/flag"
    `);
    await runsc.traceCreate(id, session, { force: true });
    // An error that is ignored would leave the running sandbox without a socket.
    const sinks = session.sinks.map((sink) => ({ ...sink, ignore_setup_error: false }));
    expect(JSON.parse(readFileSync(join(folder, "session"), "utf8"))).toEqual({ ...session, sinks });
    expect(readFileSync(join(folder, "modes"), "utf8")).toBe("600\n700\n");
    expect(existsSync(readFileSync(join(folder, "file"), "utf8").trim())).toBe(false);
    expect(readFileSync(join(folder, "flag"), "utf8")).toBe("--force\n");
  });

  it("is a file of the name that it is told, if it is one", async () => {
    const { runsc, folder } = fakeRunsc(log);
    await runsc.traceCreate(id, session, { fileName: "own-1.json" });
    expect(logged(folder)[0]).toMatch(/ --config=\S+\/own-1\.json -- /);
    for (const fileName of ["", "../x", "a/b", "a b"]) {
      await expect(runsc.traceCreate(id, session, { fileName })).rejects.toEqual(
        expect.objectContaining({ code: "ERR_INVALID_ARGUMENT" }),
      );
    }
    expect(logged(folder)).toHaveLength(1);
  });

  it("removes the file where the call fails, too", async () => {
    const { runsc, folder } = fakeRunsc(`echo "$4" | sed 's/^--config=//' > "$folder/file"; exit 1`);
    await expect(runsc.traceCreate(id, session)).rejects.toThrow("exit code 1: it said nothing");
    expect(existsSync(readFileSync(join(folder, "file"), "utf8").trim())).toBe(false);
  });

  it("is a short id only where there is one: runsc takes the beginning of an id for the whole", async () => {
    const { runsc, folder } = fakeRunsc(`${log}
      case "$*" in *--quiet) printf 'web2\\n-x\\n';; *) echo 'SESSIONS (0)';; esac`);
    await expect(runsc.traceList("web")).rejects.toEqual(failure("no-container", "has the id web"));
    await expect(runsc.traceList("web2")).resolves.toEqual([]);
    await expect(runsc.traceList("-x")).resolves.toEqual([]);
    expect(logged(folder)).toEqual([
      "--root list --quiet",
      "--root list --quiet",
      "--root trace list -- web2",
      "--root list --quiet",
      "--root trace list -- -x",
    ]);
  });

  it.each(["", "../a", "a/b", "a b", "*", "a?", "[a]", "a\n", "a\0", "é", "a".repeat(256)])(
    "is never the id %j",
    async (wrong) => {
      const { runsc, folder } = fakeRunsc(log);
      for (const call of [
        () => runsc.traceCreate(wrong, session),
        () => runsc.traceDelete(wrong),
        () => runsc.traceList(wrong),
        () => runsc.traceProcfs(wrong),
        () => runsc.processes(wrong),
      ]) {
        await expect(call()).rejects.toEqual(expect.objectContaining({ code: "ERR_INVALID_ARGUMENT" }));
      }
      expect(existsSync(join(folder, "log"))).toBe(false);
    },
  );
});

describe("a runsc that misbehaves", () => {
  it("is killed after its time, with what it started", async () => {
    const { runsc, folder } = fakeRunsc(
      `echo $$ > "$folder/pid"; sleep 300 & echo $! > "$folder/child"; wait`,
      { timeoutMs: 500 },
    );
    await expect(runsc.version()).rejects.toEqual(
      failure("timed-out", "--version did not end within 500 ms"),
    );
    expect(lives(join(folder, "pid"))).toBe(false);
    await expect.poll(() => lives(join(folder, "child"))).toBe(false);
  });

  it("does not hold up anybody by what it leaves behind with its output open", async () => {
    const { runsc, folder } = fakeRunsc(
      `setsid sleep 300 & echo $! > "$folder/child"; echo "runsc version 1"`,
      {
        timeoutMs: 500,
      },
    );
    await expect(runsc.version()).rejects.toEqual(failure("timed-out", "did not end"));
    process.kill(Number(readFileSync(join(folder, "child"), "utf8")), "SIGKILL");
  });

  it("is killed where it prints without end", async () => {
    const { runsc, folder } = fakeRunsc(`echo $$ > "$folder/pid"; exec yes`, { maxOutput: 100_000 });
    await expect(runsc.traceProcfs(id)).rejects.toEqual(
      failure("unexpected-output", `trace procfs ${id} printed more than 100000 bytes`),
    );
    expect(lives(join(folder, "pid"))).toBe(false);
  });

  it("can print as much as it may", async () => {
    const { runsc } = fakeRunsc(`head -c 100000 /dev/zero | tr '\\0' x`, { maxOutput: 100_000 });
    expect((await runsc.traceProcfs(id)).length).toBe(100_000);
  });

  it("can print errors without end: their beginning is kept, made fit for a terminal", async () => {
    const { runsc } = fakeRunsc(
      `printf 'a\\033[31m\\342\\200\\256b\\n\\377' >&2; yes | head -c 5000000 >&2; exit 3`,
    );
    const error: unknown = await runsc.version().catch((reason: unknown) => reason);
    expect(error).toEqual(failure("failed", "--version failed with exit code 3: a\\u001b[31m\\u202eb"));
    expect(error instanceof RunscError && error.said.length).toBe(1_000);
  });

  it("can be killed by somebody else", async () => {
    const { runsc } = fakeRunsc("kill -9 $$");
    await expect(runsc.version()).rejects.toEqual(failure("failed", "--version was ended by SIGKILL"));
  });

  it.each(["", "docker version 1", "runsc version ", `runsc version ${"x".repeat(300)}`])(
    "tells no version: %j",
    async (printed) => {
      const { runsc } = fakeRunsc(`echo '${printed}'`);
      await expect(runsc.version()).rejects.toEqual(
        failure("unexpected-output", "printed what is not known"),
      );
    },
  );

  it("may not be there, or be no program", async () => {
    const { runsc, folder } = fakeRunsc("");
    const none = createRunsc({ path: join(folder, "none"), root: folder });
    await expect(none.version()).rejects.toEqual(failure("no-runsc", "there is no such program"));
    writeFileSync(join(folder, "text"), "");
    const text = createRunsc({ path: join(folder, "text"), root: folder });
    await expect(text.version()).rejects.toEqual(failure("no-runsc", "it is no program"));
    expect(runsc.path).toBe(join(folder, "runsc"));
  });

  it("is found by a path from where the program is, and runs elsewhere", async () => {
    const { runsc, folder } = fakeRunsc('pwd; echo "runsc version 1"');
    const path = relative(process.cwd(), runsc.path);
    const same = createRunsc({ path, root: folder });
    expect(same.path).toBe(runsc.path);
    expect(await same.traceProcfs(id)).toBe("/\nrunsc version 1\n");
  });
});

describe("list", () => {
  it("is empty where there are no containers, or no folder", async () => {
    const { runsc, folder } = fakeRunsc("echo null");
    expect(await runsc.list()).toEqual([]);
    expect(await createRunsc({ path: runsc.path, root: join(folder, "none") }).list()).toEqual([]);
  });
});

describe("an aborted signal", () => {
  it("kills the call under way, which rejects with its reason", async () => {
    const controller = new AbortController();
    const { runsc, folder } = fakeRunsc(`echo $$ > "$folder/pid"; exec sleep 300`, {
      signal: controller.signal,
    });
    const called = runsc.version();
    await expect.poll(() => existsSync(join(folder, "pid"))).toBe(true);
    controller.abort("over");
    await expect(called).rejects.toBe("over");
    expect(lives(join(folder, "pid"))).toBe(false);
    await expect(runsc.version()).rejects.toBe("over");
  });
});

describe("createRunsc", () => {
  it.each<[string, Partial<RunscOptions>]>([
    ["the root must be an absolute path", { root: "runsc" }],
    ["the root must be the path of a file", { root: "" }],
    ["the root must be the path of a file", { root: "/a\0b" }],
    ["the path must be the path of a file", { path: "" }],
    ["timeoutMs must be an integer from 1 to 2147483647, and is 0", { timeoutMs: 0 }],
    ["maxOutput must be an integer from 1 to 2147483647, and is NaN", { maxOutput: Number.NaN }],
  ])("refuses: %s", (message, wrong) => {
    expect(() => createRunsc({ path: "/bin/true", root: "/run/runsc", ...wrong })).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_ARGUMENT", message: expect.stringContaining(message) }),
    );
  });
});
