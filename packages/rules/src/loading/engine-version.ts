import type { Diagnostics } from "./diagnostics.ts";
import { type Item, parseCount } from "./item.ts";
import { isCompatible, parseVersion, type Version } from "./version.ts";

/** The version of Falco's rule language that this package speaks: Falco 0.43's. */
const engineVersion: Version = [0, 58, 0];

/** Checks `required_engine_version` against the version that this package speaks. */
export function readEngineVersion(item: Item, diagnostics: Diagnostics): void {
  const text = item.required("required_engine_version");
  if (text === undefined) return;
  // An old version is one number: 31 is 0.31.0.
  const minor = parseCount(text.value);
  const version: Version | undefined = minor === undefined ? parseVersion(text.value) : [0, minor, 0];
  const offset = text.offsetOf(0);
  if (version === undefined) {
    const message = `"${text.value}" is no version: write three numbers, such as 0.50.0`;
    diagnostics.error("LOAD_ERR_YAML_VALIDATE", message, item.context, offset);
  } else if (!isCompatible(engineVersion, version)) {
    const message = `the rules need engine version ${version.join(".")}, and this is ${engineVersion.join(".")}: update, or use older rules`;
    diagnostics.error("LOAD_ERR_VALIDATE", message, item.context, offset);
  }
}
