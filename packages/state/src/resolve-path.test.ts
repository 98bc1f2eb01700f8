import { posix } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resolvePath } from "./resolve-path.ts";

describe("resolvePath", () => {
  it.each([
    ["/", "a", "/a"],
    ["/a/b", "../c", "/a/c"],
    ["/a", "../../../b", "/b"],
    ["/a", ".", "/a"],
    ["/a", "", "/a"],
    ["/a", "b/", "/a/b"],
    ["/a", "/b//c/./d/..", "/b/c"],
    [undefined, "/b", "/b"],
    [undefined, "/", "/"],
    [undefined, "//", "/"],
    [undefined, "/..", "/"],
    [undefined, "b", undefined],
    ["socket:[1]", "b", undefined],
    ["", "b", undefined],
    ["/a", "...", "/a/..."],
    ["/a", ".b", "/a/.b"],
    ["/tmp/x (deleted)", "y", "/tmp/x (deleted)/y"],
  ])("in %s, %s is %s", (base, path, expected) => {
    expect(resolvePath(base, path)).toBe(expected);
  });

  it("agrees with Node's for every path", () => {
    const part = fc.constantFrom("", ".", "..", "a", "b.c", "...", " ", "\0", "é");
    const path = fc
      .tuple(fc.boolean(), fc.array(part, { maxLength: 8 }))
      .map(([absolute, parts]) => (absolute ? "/" : "") + parts.join("/"));
    const base = fc.array(part, { maxLength: 5 }).map((parts) => `/${parts.join("/")}`);
    fc.assert(
      fc.property(base, path, (from, to) => {
        const resolved = resolvePath(from, to);
        expect(resolved).toBe(posix.resolve(from, to));
        expect(resolvePath(undefined, resolved ?? ""), "nothing is left to do").toBe(resolved);
      }),
    );
  });

  it("never throws", () => {
    fc.assert(
      fc.property(fc.option(fc.string(), { nil: undefined }), fc.string(), (base, path) => {
        const resolved = resolvePath(base, path);
        expect(resolved === undefined || resolved.startsWith("/")).toBe(true);
      }),
    );
  });
});
