// A Docker daemon as it might be: it answers what a test says.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** What it answers: JSON for each path, or whatever a function makes of a request. */
export type FakeAnswers =
  | Readonly<Record<string, unknown>>
  | ((request: IncomingMessage, response: ServerResponse) => void);

export interface FakeDocker {
  readonly socket: string;
  /** The paths it was asked for. */
  readonly asked: readonly string[];
  /** Takes other answers from now on. */
  answer(answers: FakeAnswers): void;
  /** Ends it: who connects finds nobody. */
  stop(): Promise<void>;
  /** Starts it again at the same socket. */
  start(): Promise<void>;
}

/** Whether a path for a socket that no other test has; its folder goes with the test. */
export function socketPath(): string {
  const folder = mkdtempSync(join(tmpdir(), "sentrytap-containers-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "d.sock");
}

/** Starts one; it ends with the test. */
export async function startFakeDocker(first: FakeAnswers): Promise<FakeDocker> {
  const socket = socketPath();
  const asked: string[] = [];
  let answers = first;
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    asked.push(path);
    if (typeof answers === "function") return answers(request, response);
    if (!Object.hasOwn(answers, path)) {
      response.writeHead(404, { "content-type": "application/json" });
      response.end(JSON.stringify({ message: `no such thing: ${path}` }));
      return;
    }
    response.writeHead(200, { "content-type": "application/json", server: "Docker/20.10.24 (linux)" });
    response.end(JSON.stringify(answers[path]));
  });
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const start = (): Promise<void> =>
    new Promise((resolve) => {
      rmSync(socket, { force: true });
      server.listen(socket, resolve);
    });
  await start();
  onTestFinished(stop);
  return {
    socket,
    asked,
    answer: (given) => {
      answers = given;
    },
    stop,
    start,
  };
}
