import { expect, test } from "vitest";
import { jsonLine } from "./json-line.ts";

test.each([
  "\u009b2J",
  "\u0085",
  "\u202e",
  "\u2028",
  "\ufeff",
  "\ud800",
  "\u{e0041}",
  "\u001b[2J",
  "\n",
  "é🐚",
])("%j is written as text that a terminal can show, and read back as it was", (text) => {
  const line = jsonLine({ [text]: [text] });
  expect(line).toMatch(/^[ -~é🐚]*$/u);
  expect(JSON.parse(line)).toEqual({ [text]: [text] });
});
