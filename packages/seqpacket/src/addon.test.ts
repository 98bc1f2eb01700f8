import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

const variable = "SENTRYTAP_SEQPACKET_ADDON";

beforeEach(() => vi.resetModules());
afterEach(() => vi.unstubAllEnvs());

test("importing the package loads nothing; the first call that needs the addon says what it looked for", async () => {
  vi.stubEnv(variable, "/nowhere/seqpacket.node");
  const { connect, listen } = await import("./index.ts");
  const expected = {
    code: "ERR_ADDON_UNAVAILABLE",
    message: expect.stringMatching(
      new RegExp(
        `${process.platform} ${process.arch} \\((glibc|musl)\\); looked at /nowhere/seqpacket.node.*build.mjs`,
      ),
    ),
  };
  expect(() => listen({ path: "/tmp/never.sock" })).toThrow(expect.objectContaining(expected));
  await expect(connect("/tmp/never.sock")).rejects.toMatchObject(expected);
});

test("a file that is no addon fails with the loader's word kept as the cause", async () => {
  const path = join(tmpdir(), `seqpacket-${process.pid}.node`);
  writeFileSync(path, "not an addon");
  vi.stubEnv(variable, path);
  const { listen } = await import("./index.ts");
  expect(() => listen({ path: "/tmp/never.sock" })).toThrow(
    expect.objectContaining({ code: "ERR_ADDON_UNAVAILABLE", cause: expect.any(Error) }),
  );
});
