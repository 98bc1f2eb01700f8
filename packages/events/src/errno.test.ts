import { expect, it } from "vitest";
import { errnoName } from "./errno.ts";

it("names errnos, also those that leak out of the kernel", () => {
  expect([2, 13, 115, 512, 41, 0, -2].map(errnoName)).toEqual([
    "ENOENT",
    "EACCES",
    "EINPROGRESS",
    "ERESTARTSYS",
    undefined,
    undefined,
    undefined,
  ]);
});
