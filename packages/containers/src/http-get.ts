import { type IncomingMessage, request } from "node:http";

/** The answer to a request. */
export interface HttpAnswer {
  readonly status: number;
  /** The header `server`: who answers. */
  readonly server: string;
  readonly body: Buffer;
}

/**
 * Asks an HTTP server at a Unix socket for `path`, which must be fit for a URL. Rejects where there is no whole answer of at most
 * `maxBytes`, and with the signal's reason where it is aborted. Redirections are answers like others.
 */
export function httpGet(
  socket: string,
  path: string,
  { signal, maxBytes }: { readonly signal: AbortSignal; readonly maxBytes: number },
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => reject(signal.aborted ? signal.reason : error);
    // Not by an agent: what a daemon that was restarted left of a connection is no concern of the next request.
    const options = {
      socketPath: socket,
      path,
      headers: { host: "localhost" },
      agent: false,
      signal,
    } as const;
    const sent = request(options, (answer) => {
      readAll(answer, maxBytes).then((body) => {
        resolve({ status: answer.statusCode ?? 0, server: String(answer.headers["server"] ?? ""), body });
      }, fail);
    });
    sent.once("error", fail);
    sent.end();
  });
}

async function readAll(answer: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new Error(`the answer is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
