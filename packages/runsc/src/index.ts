export type { ContextField, OptionalField, TracePointName } from "@sentrytap/rules";
export { type AttachOptions, type AttachServer, attach, type SandboxListener } from "./attach/attach.ts";
export type { AttachEvents, Attached, Retry, SandboxName, Seeded } from "./attach/attach-events.ts";
export type { Attachment, AttachStats, SandboxState } from "./attach/attachment.ts";
export type { ConnectedSandbox } from "./attach/connections.ts";
export { type Consumer, consumerOf } from "./attach/consumer.ts";
export {
  type FindOptions,
  type FoundSandbox,
  type FoundSandboxes,
  findSandboxes,
} from "./attach/find-sandboxes.ts";
export { type OpenSessionOptions, openSession, type Replaced } from "./attach/open-session.ts";
export { containerOfPeer, type PeerContainer } from "./attach/peer-container.ts";
export { findRoots, type RunscRoot } from "./driver/find-roots.ts";
export { findRunsc } from "./driver/find-runsc.ts";
export { createRunsc, type Runsc, type RunscOptions, type TraceCreateOptions } from "./driver/runsc.ts";
export type { RunscContainer } from "./driver/runsc-container.ts";
export { RunscError, type RunscErrorOptions, type RunscFailure } from "./driver/runsc-error.ts";
export type { RunscProcess } from "./driver/runsc-process.ts";
export type { RunscVersion } from "./driver/runsc-version.ts";
export type { MetadataPoint, TraceMetadata } from "./driver/trace-metadata.ts";
export type { TraceSession, TraceSink } from "./driver/trace-sessions.ts";
export { applySteps } from "./install/apply-steps.ts";
export { describePlan } from "./install/describe-plan.ts";
export { type DockerInstallOptions, planDockerInstall } from "./install/docker-install.ts";
export type { DockerPaths } from "./install/docker-paths.ts";
export { planDockerUninstall } from "./install/docker-uninstall.ts";
export { oneAtATime } from "./install/one-at-a-time.ts";
export { type OwnFile, planFileInstall, planFileUninstall } from "./install/own-file.ts";
export type {
  FolderStep,
  InstallPlan,
  InstallStep,
  RemoveStep,
  WriteStep,
} from "./install/step.ts";
export { describeGivenUp } from "./plan/describe-given-up.ts";
export {
  type Fidelity,
  type GivenUp,
  type PlanOptions,
  planSession,
  type SessionPlan,
} from "./plan/plan-session.ts";
export {
  type PodInitConfig,
  type PodInitOptions,
  podInitConfig,
} from "./pod-init-config.ts";
export { isPointConfig, type PointConfig, type PointRequest, type RawPointConfig } from "./point-config.ts";
export { allPoints, contextFields, type Point, pipelinePoints } from "./points.ts";
export { type SessionOptions, sessionConfig } from "./session-config.ts";
export { checkSessionConfig } from "./session-file/check-session-config.ts";
export { readSessionConfig } from "./session-file/read-session-config.ts";
export { formatSessionProblem, type SessionFile, type SessionProblem } from "./session-file/session-file.ts";
export { type StreamOptions, streamOf } from "./stream-of.ts";
export type { SessionConfig, TraceSessionConfig, TraceSinkConfig } from "./trace-session-config.ts";
