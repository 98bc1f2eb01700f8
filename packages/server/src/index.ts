export type { SentryServerOptions } from "./options.ts";
export type { Sandbox, SandboxCounters } from "./sandbox.ts";
export {
  createSentryServer,
  type ReceivedPacket,
  type SentryServer,
  type SentryServerStats,
} from "./server.ts";
export type { Disconnection, Drop, Malformed, SentryServerEvents } from "./server-events.ts";
