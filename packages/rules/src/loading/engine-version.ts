import type { Diagnostics } from "./diagnostics.ts";
import { createItem, type Item } from "./item.ts";
import type { YamlDocuments } from "./yaml-documents.ts";

/** The version of Falco's rule language that this package speaks: Falco 0.43's. */
const engineVersion = [0, 58, 0] as const;

/** Checks `required_engine_version` against the version that this package speaks. */
export function readEngineVersion(item: Item, diagnostics: Diagnostics): void {
  const text = item.required("required_engine_version");
  if (text === undefined) return;
  // An old version is one number: 31 is 0.31.0.
  const written = /^[0-9]{1,9}$/.test(text.value) ? `0.${text.value}.0` : text.value;
  const parts = /^([0-9]{1,9})\.([0-9]{1,9})\.([0-9]{1,9})(?:[-+].*)?$/.exec(written)?.slice(1).map(Number);
  const offset = text.offsetOf(0);
  if (parts === undefined) {
    const message = `"${text.value}" is no version: write three numbers, such as 0.50.0`;
    diagnostics.error("LOAD_ERR_YAML_VALIDATE", message, item.context, offset);
  } else if (!isCompatible(parts)) {
    const message = `the rules need engine version ${written}, and this is ${engineVersion.join(".")}: update, or use older rules`;
    diagnostics.error("LOAD_ERR_VALIDATE", message, item.context, offset);
  }
}

function isCompatible([major = 0, minor = 0, patch = 0]: readonly number[]): boolean {
  if (major !== engineVersion[0]) return false;
  return minor < engineVersion[1] || (minor === engineVersion[1] && patch <= engineVersion[2]);
}

/** Plugins are not ours to have, and what rules take from them is known by name: only the shape is checked. */
export function readPluginVersions(item: Item, documents: YamlDocuments, diagnostics: Diagnostics): void {
  const value = item.value("required_plugin_versions");
  if (value === undefined) return;
  const wrong = (message: string, offset: number): void => {
    diagnostics.error("LOAD_ERR_YAML_VALIDATE", message, item.context, offset);
  };
  if (value.kind !== "sequence") {
    wrong(`the value of "required_plugin_versions" must be a sequence: - name: ...`, value.offset);
    return;
  }
  for (const node of value.items) {
    const plugin = documents.value(node, value.offset);
    if (plugin.kind !== "map") {
      wrong("every plugin version must be a map: {name: ..., version: ...}", plugin.offset);
      continue;
    }
    const entry = createItem(plugin, documents, diagnostics, item.context);
    entry.required("name");
    const version = entry.required("version");
    if (version === undefined || /^[0-9]+\.[0-9]+\.[0-9]+/.test(version.value)) continue;
    const message = `"${version.value}" is no version: write three numbers, such as 0.2.0`;
    diagnostics.error("LOAD_ERR_VALIDATE", message, entry.context, version.offsetOf(0));
  }
}
