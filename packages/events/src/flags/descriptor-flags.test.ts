import { expect, it } from "vitest";
import {
  acceptFlagNames,
  closesOnExec,
  descriptorFlagNames,
  eventfdFlagNames,
  pipeFlagNames,
  timerFlagNames,
  timerfdFlagNames,
} from "./descriptor-flags.ts";

it("CLOEXEC is one bit, whatever the call", () => {
  expect([closesOnExec(0o2000000), closesOnExec(1)]).toEqual([true, false]);
});

it.each([
  [0, "O_NONE"],
  [0o4000, "O_NONBLOCK"],
  [0o2004000, "O_NONBLOCK|O_CLOEXEC"],
  [0o40000, "O_NONE"],
])("flags %o of a descriptor are %s", (flags, names) => {
  expect(descriptorFlagNames(flags)).toBe(names);
});

it("pipes can be of packets, of which the number depends on the architecture", () => {
  expect(pipeFlagNames(0o2040000, "x64")).toBe("O_DIRECT|O_CLOEXEC");
  expect(pipeFlagNames(0o2200000, "arm64")).toBe("O_DIRECT|O_CLOEXEC");
  expect(pipeFlagNames(0o40000, "arm64")).toBe("O_NONE");
});

it("flags that Falco has no names for have Linux's", () => {
  expect(acceptFlagNames(0o2004000)).toBe("SOCK_NONBLOCK|SOCK_CLOEXEC");
  expect(eventfdFlagNames(0o2004001)).toBe("EFD_SEMAPHORE|EFD_NONBLOCK|EFD_CLOEXEC");
  expect(timerfdFlagNames(0o2004000)).toBe("TFD_NONBLOCK|TFD_CLOEXEC");
  expect(timerFlagNames(3)).toBe("TFD_TIMER_ABSTIME|TFD_TIMER_CANCEL_ON_SET");
  expect([acceptFlagNames(0), eventfdFlagNames(0), timerfdFlagNames(0), timerFlagNames(0)]).toEqual([
    "",
    "",
    "",
    "",
  ]);
});
