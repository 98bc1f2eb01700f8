export type { ReadingOptions, SentryServerOptions, SharedServerOptions, SocketOptions } from "./options.ts";
export { isConnected, type Sandbox, type SandboxCounters } from "./sandbox.ts";
export {
  createSentryServer,
  type ReceivedPacket,
  type SentryServer,
  type SentryServerStats,
} from "./server.ts";
export type { Disconnection, Drop, Malformed, SentryServerEvents } from "./server-events.ts";
export { type SandboxSpread, type SandboxSpreadEvents, spreadSandboxes } from "./spread-sandboxes.ts";
