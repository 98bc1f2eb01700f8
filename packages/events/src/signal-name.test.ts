import { expect, it } from "vitest";
import { signalName } from "./signal-name.ts";

it("names the signals that have a name", () => {
  expect([1, 9, 11, 15, 17, 31, 0, 32, 64, -9].map(signalName)).toEqual([
    "SIGHUP",
    "SIGKILL",
    "SIGSEGV",
    "SIGTERM",
    "SIGCHLD",
    "SIGSYS",
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
