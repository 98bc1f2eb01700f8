export type { SentryServerOptions } from "./options.ts";
export { isConnected, type Sandbox, type SandboxCounters } from "./sandbox.ts";
export {
  createSentryServer,
  type ReceivedPacket,
  type SentryServer,
  type SentryServerStats,
} from "./server.ts";
export type { Disconnection, Drop, Malformed, SentryServerEvents } from "./server-events.ts";
