import { connect as connectHttp2 } from "node:http2";
import { createConnection } from "node:net";
import { type Client, Code, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { ImageService, RuntimeService } from "./gen/runtime_pb.ts";
import { maxAnswerBytes } from "./limits.ts";

/** The calls of CRI that are made: of its two services. */
export type CriCalls = Client<typeof RuntimeService> & Client<typeof ImageService>;

/** One connection to a CRI runtime. */
export interface CriConnection {
  readonly calls: CriCalls;
  /** Ends it, and all calls that are under way. */
  close(): void;
}

/** Nobody listens to the authority over a Unix socket; gRPC demands one. */
const baseUrl = "http://localhost";

/** Connects to the runtime at a Unix socket. */
export function connectCri(socket: string): CriConnection {
  const session = connectHttp2(baseUrl, { createConnection: () => createConnection(socket) });
  // Calls tell of a connection that breaks; nobody else is to be told. (Http2SessionManager of connect-node would let the error of
  // a peer that is no HTTP/2 server end the process.)
  session.on("error", () => {});
  const sessionManager: Parameters<typeof createGrpcTransport>[0]["sessionManager"] = {
    authority: baseUrl,
    request: async (method, path, headers, options) =>
      session.request({ ...headers, ":method": method, ":path": path }, options),
    notifyResponseByteRead: () => {},
  };
  const transport = createGrpcTransport({ baseUrl, sessionManager, readMaxBytes: maxAnswerBytes });
  const calls = { ...createClient(RuntimeService, transport), ...createClient(ImageService, transport) };
  return { calls, close: () => session.destroy() };
}

/** The answer of a call, or `undefined` where the runtime knows no such container or pod. */
export async function unlessNotFound<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (ConnectError.from(error).code === Code.NotFound) return undefined;
    throw error;
  }
}

/** Whether who answered does not speak CRI: a containerd without its CRI plug-in, such as many that Docker has. */
export function speaksNoCri(error: unknown): boolean {
  return error instanceof ConnectError && error.code === Code.Unimplemented;
}
