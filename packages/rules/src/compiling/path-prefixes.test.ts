import { expect, test } from "vitest";
import { compilePathPrefixes } from "./path-prefixes.ts";

test.each([
  [["/usr"], "/usr/bin/cat", true],
  [["/usr"], "/usr", true],
  [["/usr"], "/usrlocal/bin", false],
  [["/usr/bin"], "/usr", false],
  [["/"], "/anything", true],
  [["/usr/"], "/usr//bin", true],
  [["/etc", "/usr/lib", "/usr"], "/usr/share", true],
  [["/home/*/.ssh"], "/home/joe/.ssh/id", true],
  [["/home/*/.ssh"], "/home/.ssh/id", false],
  [["/home/j?e", "/home/*/x"], "/home/jim/x/y", true],
  [["/a/[bc]"], "/a/c/d", true],
  [["relative"], "relative/path", true],
  [[], "/a", false],
])("%j and %s: %s", (paths, path, expected) => {
  expect(compilePathPrefixes(paths)(path)).toBe(expected);
});
