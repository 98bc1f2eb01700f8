import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Gives all test files one folder for what they unpack, and removes it when the last is done. */
export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), "sentrytap-test-"));
  process.env["SENTRYTAP_TEST_FOLDER"] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
