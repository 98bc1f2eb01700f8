// A CRI runtime as it might be: gRPC over HTTP/2 at a Unix socket.

import { rmSync } from "node:fs";
import { createServer, type Http2Server, type ServerHttp2Session } from "node:http2";
import { Code, ConnectError, type Interceptor, type ServiceImpl } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { onTestFinished } from "vitest";
import { ImageService, RuntimeService } from "../src/gen/runtime_pb.ts";
import { socketPath } from "./fake-docker.ts";

export type FakeCalls = Partial<ServiceImpl<typeof RuntimeService> & ServiceImpl<typeof ImageService>>;

export interface FakeCri {
  readonly socket: string;
  /** The calls that came, by name. */
  readonly asked: readonly string[];
  /** Takes other answers from now on. */
  answer(calls: FakeCalls): void;
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** What a runtime says of what it does not know. */
export function notFound(): never {
  throw new ConnectError("an error occurred when try to find it: not found", Code.NotFound);
}

/** One that knows nothing. */
const silent: FakeCalls = {
  version: () => ({ runtimeName: "containerd", runtimeVersion: "1.6.20" }),
  containerStatus: notFound,
  podSandboxStatus: notFound,
  listContainers: () => ({}),
  imageStatus: () => ({}),
};

/** Starts one; it ends with the test. */
export async function startFakeCri(first: FakeCalls): Promise<FakeCri> {
  const socket = socketPath();
  const asked: string[] = [];
  const note: Interceptor = (next) => (request) => {
    asked.push(request.method.localName);
    return next(request);
  };
  const answering = (calls: FakeCalls): ReturnType<typeof connectNodeAdapter> =>
    connectNodeAdapter({
      grpc: true,
      interceptors: [note],
      routes: (router) =>
        router
          .service(RuntimeService, { ...silent, ...calls })
          .service(ImageService, { ...silent, ...calls }),
    });
  let handle = answering(first);
  const server: Http2Server = createServer((request, response) => handle(request, response));
  const sessions = new Set<ServerHttp2Session>();
  server.on("session", (session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
  });
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const session of sessions) session.destroy();
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
    answer: (calls) => {
      handle = answering(calls);
    },
    stop,
    start,
  };
}
