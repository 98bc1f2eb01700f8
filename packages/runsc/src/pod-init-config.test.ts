import { describe, expect, it } from "vitest";
import { type PodInitOptions, podInitConfig } from "./pod-init-config.ts";
import { allPoints, pipelinePoints } from "./points.ts";

const endpoint = "/run/sentrytap.sock";

describe("podInitConfig", () => {
  it("asks for what the pipeline needs, or for all there is", () => {
    const names = (points?: "pipeline" | "all"): readonly string[] =>
      podInitConfig({ endpoint, ...(points && { points }) }).trace_session.points.map(({ name }) => name);
    expect(names()).toEqual(pipelinePoints.map(({ name }) => name));
    expect(names("pipeline")).toEqual(names());
    expect(names("all")).toEqual(allPoints.map(({ name }) => name));
  });

  it.each<[string, object]>([
    ['the endpoint must be an absolute path, and is "s.sock"', { endpoint: "s.sock" }],
    ["the endpoint must be an absolute path, and is undefined", {}],
    ["the endpoint has 108 bytes", { endpoint: `/${"a".repeat(107)}` }],
    ["points must be pipeline or all, and is some", { endpoint, points: "some" }],
    ["retries must be an integer from 0 up, and is -1", { endpoint, retries: -1 }],
  ])("refuses: %s", (message, options) => {
    // As JavaScript would have it.
    expect(() => podInitConfig(options as PodInitOptions)).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_ARGUMENT", message: expect.stringContaining(message) }),
    );
  });
});
