import { fork } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { connect, listen } from "@sentrytap/seqpacket";
import { createSentryServer } from "@sentrytap/server";
import { describe, expect, onTestFinished, test } from "vitest";
import { range, socketPath, startSentry, startServer, until } from "./sentry.ts";

const binder = fileURLToPath(new URL("binder.mjs", import.meta.url));

/** Leaves a socket at `path` that nobody listens on. */
async function leaveStale(path: string): Promise<void> {
  await listen({ path }).close({ discard: true });
  expect(lstatSync(path).isSocket()).toBe(true);
}

async function listenStream(path: string): Promise<Server> {
  const server = createServer();
  server.listen(path);
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return server;
}

describe("the socket's file", () => {
  test("is for the same user only, whatever the umask", async () => {
    const server = await startServer();
    expect(statSync(server.path).mode & 0o777).toBe(0o600);
  });

  test("has the mode that was asked for", async () => {
    const server = await startServer({ mode: 0o666 });
    expect(statSync(server.path).mode & 0o777).toBe(0o666);
  });

  test("goes when the server closes, and another can take its place", async () => {
    const path = socketPath();
    for (const _ of range(3)) {
      const server = await createSentryServer({ path });
      await startSentry(path);
      await server.close();
      expect(existsSync(path)).toBe(false);
    }
  });

  test("stays where somebody has replaced it", async () => {
    const server = await startServer();
    rmSync(server.path);
    const second = await startServer({ path: server.path });
    await server.close();
    await startSentry(second.path);
    rmSync(server.path);
    writeFileSync(server.path, "a file");
    await second.close();
    expect(readFileSync(server.path, "utf8")).toBe("a file");
  });

  test("may be gone already when the server closes", async () => {
    const server = await startServer();
    rmSync(server.path);
    await server.close();
    const other = await startServer();
    renameSync(dirname(other.path), `${dirname(other.path)}.moved`);
    await other.close();
    rmSync(`${dirname(other.path)}.moved`, { recursive: true });
  });

  // Root may remove everything.
  test.skipIf(process.getuid?.() === 0)(
    "that cannot be removed is told by close(), which closes",
    async () => {
      const server = await startServer();
      chmodSync(dirname(server.path), 0o500);
      await expect(server.close()).rejects.toMatchObject({ code: "ERR_SOCKET", cause: { code: "EACCES" } });
      chmodSync(dirname(server.path), 0o700);
      await expect(startSentry(server.path)).rejects.toMatchObject({ code: "ERR_SOCKET" });
    },
  );
});

describe("a path", () => {
  test("with a socket that nobody listens on is taken", async () => {
    const path = socketPath();
    await leaveStale(path);
    const server = await startServer({ path });
    await startSentry(server.path);
    expect(readdirSync(dirname(path))).toEqual(["server.sock"]);
  });

  test("with a stale socket, and the lock of a process that died, is taken", async () => {
    const path = socketPath();
    await leaveStale(path);
    writeFileSync(`${path}.lock`, "");
    await expect(startServer({ path })).rejects.toMatchObject({ code: "ERR_SOCKET_IN_USE" });
    utimesSync(`${path}.lock`, 1, 1);
    await startSentry((await startServer({ path })).path);
    expect(readdirSync(dirname(path))).toEqual(["server.sock"]);
  });

  test("with a stale socket of another type is taken", async () => {
    const path = socketPath();
    const child = fork(binder, [path, "stream"], { execArgv: [] });
    await once(child, "message");
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(lstatSync(path).isSocket()).toBe(true);
    await startSentry((await startServer({ path })).path);
  });

  test("where a server listens is left to it", async () => {
    const server = await startServer();
    await expect(startServer({ path: server.path })).rejects.toMatchObject({ code: "ERR_SOCKET_IN_USE" });
    await startSentry(server.path);
  });

  test("where something else listens is left to it", async () => {
    const path = socketPath();
    await listenStream(path);
    await expect(startServer({ path })).rejects.toMatchObject({ code: "ERR_SOCKET_IN_USE" });
    expect(lstatSync(path).isSocket()).toBe(true);
  });

  test("where a server listens whose backlog is full is left to it", async () => {
    const server = await startServer();
    const path = join(dirname(server.path), "full.sock");
    const child = fork(binder, [path, "backlog"], { execArgv: [] });
    onTestFinished(() => void child.kill("SIGKILL"));
    await once(child, "message");
    const fill = async () => {
      for (;;) {
        const connection = await connect(path, { timeoutMs: 0 });
        onTestFinished(() => connection.close());
      }
    };
    await expect(fill()).rejects.toMatchObject({ cause: { code: "EAGAIN" } });
    await expect(startServer({ path })).rejects.toMatchObject({ code: "ERR_SOCKET_IN_USE" });
  });

  const taken: [what: string, make: (path: string) => void][] = [
    ["a file", (path) => writeFileSync(path, "precious")],
    ["a directory", (path) => mkdirSync(path)],
    ["a link to a file", (path) => symlinkSync("/etc/passwd", path)],
    ["a link to nowhere", (path) => symlinkSync(`${path}.nowhere`, path)],
  ];
  for (const [what, make] of taken) {
    test(`with ${what} is left alone`, async () => {
      const path = socketPath();
      make(path);
      const before = lstatSync(path);
      await expect(startServer({ path })).rejects.toMatchObject({ code: "ERR_SOCKET_PATH" });
      const { ino, mode, size } = lstatSync(path);
      expect({ ino, mode, size }).toEqual({ ino: before.ino, mode: before.mode, size: before.size });
      expect(readdirSync(dirname(path))).toEqual(["server.sock"]);
    });
  }

  test("with a link to a live socket is left alone", async () => {
    const server = await startServer();
    const path = socketPath();
    symlinkSync(server.path, path);
    await expect(startServer({ path })).rejects.toMatchObject({ code: "ERR_SOCKET_PATH" });
    await startSentry(path);
  });

  const impossible: [what: string, path: (path: string) => string, code: string][] = [
    ["in no directory", (path) => join(dirname(path), "none", "server.sock"), "ERR_SOCKET"],
    ["below a file", () => "/etc/passwd/server.sock", "ERR_SOCKET"],
    ["that is too long", (path) => join(dirname(path), "x".repeat(108)), "ERR_INVALID_ARGUMENT"],
    ["that is empty", () => "", "ERR_INVALID_ARGUMENT"],
    ["that is abstract", () => "\0server", "ERR_INVALID_ARGUMENT"],
    ["with a NUL in it", (path) => `${path}\0`, "ERR_INVALID_ARGUMENT"],
  ];
  for (const [what, make, code] of impossible) {
    test(`${what} is refused`, async () => {
      await expect(startServer({ path: make(socketPath()) })).rejects.toMatchObject({ code });
    });
  }
});

describe("servers that start at once", () => {
  test("in one process: one gets the path", async () => {
    const path = socketPath();
    await leaveStale(path);
    const outcomes = await Promise.allSettled(range(5).map(() => startServer({ path })));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "ERR_SOCKET_IN_USE" });
    }
    await startSentry(path);
    expect(readdirSync(dirname(path))).toEqual(["server.sock"]);
  });

  test("in many processes: one gets the path, each time", async () => {
    const children = range(4).map(() => fork(binder, ["wait"], { execArgv: [] }));
    onTestFinished(() => children.forEach((child) => void child.kill("SIGKILL")));
    await Promise.all(children.map((child) => once(child, "message")));
    for (const _ of range(15)) {
      const path = socketPath();
      await leaveStale(path);
      for (const child of children) child.send(path);
      const answers = await Promise.all(children.map(async (child) => (await once(child, "message"))[0]));
      expect(answers.toSorted()).toEqual([
        "ERR_SOCKET_IN_USE",
        "ERR_SOCKET_IN_USE",
        "ERR_SOCKET_IN_USE",
        "listening",
      ]);
      await startSentry(path);
      expect(readdirSync(dirname(path))).toEqual(["server.sock"]);
      for (const child of children) child.send("close");
      await Promise.all(children.map((child) => once(child, "message")));
      await until(() => !existsSync(path), "the socket's file gone");
    }
  });
});

describe("an option out of its range is refused", () => {
  const wrong: [name: string, value: unknown][] = [
    ["path", undefined],
    ["mode", 0o1777],
    ["arch", "mips"],
    ["maxConnections", 0],
    ["maxMessageSize", 0],
    ["maxMessageSize", 1e9],
    ["handshakeTimeoutMs", 0],
    ["handshakeTimeoutMs", Number.NaN],
    ["handshakeTimeoutMs", Number.POSITIVE_INFINITY],
    ["allow", true],
  ];
  for (const [name, value] of wrong) {
    test(`${name}: ${String(value)}`, async () => {
      const path = socketPath();
      const options: object = { path, [name]: value };
      await expect(createSentryServer(options as { path: string })).rejects.toMatchObject({
        code: "ERR_INVALID_ARGUMENT",
        message: expect.stringMatching(name),
      });
      expect(existsSync(path)).toBe(false);
    });
  }

  test("and one that is undefined has its default", async () => {
    const options: object = { path: socketPath(), mode: undefined, allow: undefined, signal: undefined };
    const server = await createSentryServer(options as { path: string });
    expect(statSync(server.path).mode & 0o777).toBe(0o600);
    await server.close();
  });
});
