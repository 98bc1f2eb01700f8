import type { Diagnostics } from "./diagnostics.ts";
import { createItem, type Item } from "./item.ts";
import { unknownKeys } from "./unknown-keys.ts";
import { isCompatible, parseVersion } from "./version.ts";
import type { YamlDocuments, YamlValue } from "./yaml-value.ts";

/** A plugin that rules need, or one that may stand in for it. */
interface Requirement {
  readonly name: string;
  readonly version: string;
}

/** Versions of plugins by name. */
export type Plugins = Readonly<Record<string, string>>;

/** Whose fields are there without a plugin: as those of the one that Falco 0.43 comes with. */
const builtIn: Plugins = { container: "0.6.0" };

/**
 * Checks `required_plugin_versions`: its shape, and where `plugins` says which there are, that one of each entry's
 * alternatives is. The first that is there decides, as in Falco.
 */
export function readPluginVersions(
  item: Item,
  documents: YamlDocuments,
  plugins: Plugins | undefined,
  diagnostics: Diagnostics,
): void {
  const value = item.value("required_plugin_versions");
  if (value === undefined) return;
  const wrong = (message: string, offset: number): undefined => {
    diagnostics.error("LOAD_ERR_YAML_VALIDATE", message, item.context, offset);
  };
  if (value.kind !== "sequence") {
    wrong(`the value of "required_plugin_versions" must be a sequence: - name: ...`, value.offset);
    return;
  }
  const read = (one: YamlValue, keys: readonly string[]): [Requirement, Item] | undefined => {
    if (one.kind !== "map")
      return wrong("every plugin version must be a map: {name: ..., version: ...}", one.offset);
    const entry = createItem(one, documents, diagnostics, item.context);
    unknownKeys(entry, "plugin version", keys, diagnostics);
    const name = entry.required("name")?.value;
    const version = entry.required("version");
    if (name === undefined || version === undefined) return undefined;
    if (parseVersion(version.value) === undefined) {
      const message = `"${version.value}" is no version: write three numbers, such as 0.2.0`;
      diagnostics.error("LOAD_ERR_VALIDATE", message, entry.context, version.offsetOf(0));
    }
    return [{ name, version: version.value }, entry];
  };
  for (const node of value.items) {
    const found = read(documents.value(node, value.offset), ["name", "version", "alternatives"]);
    if (found === undefined) continue;
    const [first, entry] = found;
    const requirements = [first];
    const others = entry.value("alternatives");
    if (others !== undefined && others.kind !== "sequence") {
      wrong(`the value of "alternatives" must be a sequence: - name: ...`, others.offset);
      continue;
    }
    for (const other of others?.items ?? []) {
      const alternative = read(documents.value(other, others?.offset), ["name", "version"]);
      if (alternative !== undefined) requirements.push(alternative[0]);
    }
    checkRequirements(requirements, entry, plugins, diagnostics);
  }
}

function checkRequirements(
  requirements: readonly Requirement[],
  { context }: Item,
  plugins: Plugins | undefined,
  diagnostics: Diagnostics,
): void {
  const wrong = (message: string): void => diagnostics.error("LOAD_ERR_VALIDATE", message, context);
  const names = new Set<string>();
  for (const { name } of requirements) {
    if (names.has(name)) wrong(`the plugin "${name}" is named twice: take one alternative out`);
    names.add(name);
  }
  if (plugins === undefined) return;
  const versions = new Map(Object.entries({ ...builtIn, ...plugins }));
  const met = requirements.find(({ name }) => versions.has(name));
  if (met === undefined) {
    const wanted = requirements.map(({ name, version }) => `${name} ${version}`).join(" or ");
    wrong(
      `the rules need the plugin ${wanted}, which is not there: register its fields, and name it in plugins`,
    );
    return;
  }
  const version = versions.get(met.name) ?? "";
  if (isCompatible(parseVersion(version), parseVersion(met.version))) return;
  wrong(
    `the rules need version ${met.version} of the plugin "${met.name}", and ${version} is there: update it`,
  );
}
