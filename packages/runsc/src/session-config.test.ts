import { describe, expect, it } from "vitest";
import { podInitConfig } from "./pod-init-config.ts";
import type { PointConfig } from "./point-config.ts";
import { allPoints, pipelinePoints } from "./points.ts";
import { type SessionOptions, sessionConfig } from "./session-config.ts";
import { readSessionConfig } from "./session-file/read-session-config.ts";

const endpoint = "/run/sentrytap.sock";

describe("sessionConfig", () => {
  it("asks for what the pipeline needs, or for all there is, with all its fields", () => {
    const names = (points?: "pipeline" | "all"): readonly string[] =>
      sessionConfig({ endpoint, ...(points && { points }) }).points.map(({ name }) => name);
    expect(names()).toEqual(pipelinePoints.map(({ name }) => name));
    expect(names("pipeline")).toEqual(names());
    expect(names("all")).toEqual(allPoints.map(({ name }) => name));
    expect(sessionConfig({ endpoint, points: "all" }).points[0]).toEqual({
      name: "container/start",
      optional_fields: ["env"],
      context_fields: expect.arrayContaining(["time", "is_exec_session"]),
    });
  });

  it("is the bare session, for runsc trace create, and is refused where nobody listens", () => {
    const points: readonly PointConfig[] = [
      { name: "sentry/execve", optional_fields: ["binary_info"], context_fields: ["time", "container_id"] },
      { name: "syscall/sysno/441/exit", context_fields: [] },
    ];
    const session = sessionConfig({ endpoint, points, retries: 10, backoffUs: 50, backoffMaxUs: 1000 });
    expect(session).toEqual({
      name: "Default",
      ignore_missing: true,
      points,
      sinks: [
        {
          name: "remote",
          config: { endpoint, retries: 10, backoff: "50us", backoff_max: "1000us" },
          ignore_setup_error: false,
        },
      ],
    });
    const read = readSessionConfig(JSON.stringify(session), "session.json");
    expect({ sandboxes: read.sandboxes, warnings: read.warnings }).toEqual({
      sandboxes: "running",
      warnings: [],
    });
  });

  it("takes a call that is asked for decoded and raw", () => {
    const points: readonly PointConfig[] = [
      { name: "syscall/execve/exit", context_fields: ["time"] },
      { name: "syscall/sysno/59/exit", context_fields: ["time"] },
    ];
    expect(sessionConfig({ endpoint, points }).points).toEqual(points);
  });

  it("leaves waits to gVisor, and skips what a runsc lacks, unless told", () => {
    const { sinks, ignore_missing: ignoresMissing } = sessionConfig({ endpoint, ignoreMissing: false });
    expect(sinks[0]?.config).toEqual({ endpoint, retries: 3 });
    expect(ignoresMissing).toBe(false);
  });

  const openat = { name: "syscall/openat/exit", context_fields: [] };
  it.each<[string, object]>([
    ['the endpoint must be an absolute path, and is "s.sock"', { endpoint: "s.sock" }],
    ["the endpoint must be an absolute path, and is undefined", { endpoint: undefined }],
    ["the endpoint must be an absolute path", { endpoint: "/a\0b" }],
    ["the endpoint has 108 bytes", { endpoint: `/${"a".repeat(107)}` }],
    ["points must be pipeline, all or a list of points, and is some", { points: "some" }],
    ["retries must be an integer from 0 up, and is -1", { retries: -1 }],
    ["retries must be an integer from 0 up, and is 1e+21", { retries: 1e21 }],
    ["ignoreMissing must be true or false, and is yes", { ignoreMissing: "yes" }],
    ["backoffUs must be an integer from 0 to 60000000, and is 0.5", { backoffUs: 0.5 }],
    ["backoffUs must be an integer from 0 to 60000000, and is 10ms", { backoffUs: "10ms" }],
    ["backoffMaxUs must be an integer from 0 to 60000000, and is 60000001", { backoffMaxUs: 60_000_001 }],
    ["backoffUs must be at most backoffMaxUs, and 10001 is more than 10000", { backoffUs: 10_001 }],
    ["backoffUs must be at most backoffMaxUs, and 25 is more than 24", { backoffMaxUs: 24 }],
    [
      'there is no point "syscall/openatt/exit": did you mean "syscall/openat/exit"?',
      { points: [{ ...openat, name: "syscall/openatt/exit" }] },
    ],
    [
      'there is no point "syscall/sysno/442/exit"',
      { points: [{ ...openat, name: "syscall/sysno/442/exit" }] },
    ],
    [
      'syscall/openat/exit has no optional field "envv": it has fd_path',
      { points: [{ ...openat, optional_fields: ["envv"] }] },
    ],
    [
      'there is no context field "tim": did you mean "time"?',
      { points: [{ ...openat, context_fields: ["tim"] }] },
    ],
    ['the point "syscall/openat/exit" is there twice', { points: [openat, openat] }],
    ['a point has no key "fields"', { points: [{ ...openat, fields: [] }] }],
    ["a point must be an object in braces, not a string in quotes", { points: ["syscall/openat/exit"] }],
  ])("refuses: %s", (message, options) => {
    // As JavaScript would have it.
    const wrong = { endpoint, ...options } as SessionOptions;
    for (const make of [sessionConfig, podInitConfig]) {
      expect(() => make(wrong)).toThrow(
        expect.objectContaining({ code: "ERR_INVALID_ARGUMENT", message: expect.stringContaining(message) }),
      );
    }
  });
});
