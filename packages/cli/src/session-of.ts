import { type PodInitConfig, podInitConfig } from "sentrytap";

/** Options that say what new sandboxes report. */
export interface SessionOptions {
  readonly endpoint: string;
  readonly all?: boolean;
}

/** What the options ask for, as the file for `runsc --pod-init-config` has it. */
export function sessionOf({ endpoint, all }: SessionOptions): PodInitConfig {
  return podInitConfig({ endpoint, points: all === true ? "all" : "pipeline" });
}
