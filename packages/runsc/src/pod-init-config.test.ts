import { describe, expect, it } from "vitest";
import { type PodInitOptions, podInitConfig } from "./pod-init-config.ts";
import { sessionConfig } from "./session-config.ts";

const endpoint = "/run/sentrytap.sock";

describe("podInitConfig", () => {
  it("has the session of sessionConfig, which keeps no container from starting unless told", () => {
    const [sink, ...others] = sessionConfig({ endpoint }).sinks;
    expect(podInitConfig({ endpoint }).trace_session).toEqual({
      ...sessionConfig({ endpoint }),
      sinks: [{ ...sink, ignore_setup_error: true }],
    });
    expect(others).toEqual([]);
    expect(podInitConfig({ endpoint, ignoreSetupError: false }).trace_session).toEqual(
      sessionConfig({ endpoint }),
    );
  });

  it("refuses what is neither", () => {
    // As JavaScript would have it.
    expect(() => podInitConfig({ endpoint, ignoreSetupError: 1 } as unknown as PodInitOptions)).toThrow(
      expect.objectContaining({
        code: "ERR_INVALID_ARGUMENT",
        message: "ignoreSetupError must be true or false, and is 1",
      }),
    );
  });
});
