export { checkSessionConfig } from "./check-session-config.ts";
export {
  type PodInitConfig,
  type PodInitOptions,
  type PointConfig,
  podInitConfig,
} from "./pod-init-config.ts";
export { allPoints, contextFields, type Point, pipelinePoints } from "./points.ts";
export { readSessionConfig } from "./read-session-config.ts";
export {
  formatSessionProblem,
  type SessionConfig,
  type SessionFile,
  type SessionProblem,
} from "./session-config.ts";
export { type StreamOptions, streamOf } from "./stream-of.ts";
