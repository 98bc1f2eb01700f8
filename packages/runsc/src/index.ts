export {
  type PodInitConfig,
  type PodInitOptions,
  type PointConfig,
  podInitConfig,
} from "./pod-init-config.ts";
export { allPoints, contextFields, type Point, pipelinePoints } from "./points.ts";
