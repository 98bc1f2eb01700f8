// The umbrella: what most programs need, under one name. Each package can also be used alone.
export {
  type Batches,
  type Emit,
  type ErrorCode,
  expand,
  flat,
  pipe,
  type Stage,
  stage,
  TraceError,
} from "@sentrytap/core";
export {
  type Event,
  type EventJson,
  type EventOf,
  type EventType,
  errnoName,
  events,
  eventToJson,
  normalize,
  openFlagNames,
  type SocketAddress,
} from "@sentrytap/events";
export {
  type Alert,
  alertToJson,
  alertToText,
  createFieldRegistry,
  type Diagnostic,
  formatDiagnostic,
  loadRules,
  type Matching,
  match,
  type RuleSet,
} from "@sentrytap/rules";
export { type PodInitConfig, type PodInitOptions, podInitConfig } from "@sentrytap/runsc";
export { type Connection, connect } from "@sentrytap/seqpacket";
export {
  createSentryServer,
  type Disconnection,
  type Drop,
  type Malformed,
  type ReceivedPacket,
  type Sandbox,
  type SandboxCounters,
  type SentryServer,
  type SentryServerEvents,
  type SentryServerOptions,
  type SentryServerStats,
} from "@sentrytap/server";
export {
  type Credentials,
  createTracker,
  type Descriptor,
  type DescriptorKind,
  type Process,
  type Socket,
  type Thread,
  type Tracked,
  type TrackedEvent,
  type Tracker,
  type TrackOptions,
  track,
} from "@sentrytap/state";
export {
  type Architecture,
  createTraceWriter,
  decodeFrame,
  decodeFrames,
  encodeFrame,
  encodeHandshake,
  hostArchitecture,
  type KnownMessage,
  type MalformedFrame,
  type Message,
  type MessageJson,
  messageToJson,
  readRecording,
  readTrace,
  readTraceFile,
  type TracedSandbox,
  type TraceWriter,
  type UnknownMessage,
} from "@sentrytap/wire";
export { type Alerts, type DetectOptions, detect, type MessageSource } from "./detect.ts";
export { type LoadRuleFilesOptions, loadRuleFiles, starterRulesPath } from "./rule-files.ts";
