import { expect, test } from "vitest";
import { makeProcess } from "../../test/tracked-event.ts";
import { programPath } from "./process-text.ts";

test.each([
  ["/opt/tool (deleted)", "/opt/tool"],
  ["/opt/tool", "/opt/tool"],
  ["/opt/tool(deleted)", "/opt/tool(deleted)"],
  [" (deleted)", " (deleted)"],
  ["a  (deleted)", "a "],
  [undefined, undefined],
])("a program's file that was deleted has the path that it had: %j is %j", (exepath, expected) => {
  expect(programPath(makeProcess({ exepath }))).toBe(expected);
});
