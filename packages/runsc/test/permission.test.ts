import { RunscError } from "@sentrytap/runsc";
import { expect, it, vi } from "vitest";
import { fakeRunsc } from "./fake-runsc.ts";

// access(2) goes by the user that began a process, which root cannot change and change back.
const answer = vi.hoisted(() => ({ code: "EACCES" }));
vi.mock("node:fs/promises", async (original) => ({
  ...(await original<typeof import("node:fs/promises")>()),
  access: async () => {
    throw Object.assign(new Error(answer.code), answer);
  },
}));

it("no containers are an error where runsc is only not allowed to see any", async () => {
  const { runsc } = fakeRunsc("case $3 in --quiet) exit;; *) echo null;; esac");
  for (const code of ["EACCES", "EPERM"]) {
    answer.code = code;
    for (const call of [() => runsc.list(), () => runsc.traceProcfs("a")]) {
      const error: unknown = await call().catch((reason: unknown) => reason);
      expect(error instanceof RunscError && error.reason).toBe("no-permission");
    }
  }
  answer.code = "EROFS";
  expect(await runsc.list()).toEqual([]);
});
