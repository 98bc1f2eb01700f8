import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { RuleSource } from "@sentrytap/rules";

/** A file or directory of rules that cannot be read. */
export interface UnreadableFile {
  readonly path: string;
  /** Why, in words. */
  readonly why: string;
  readonly cause: unknown;
}

/** What {@link readRuleFiles} reads. */
export interface RuleFiles {
  /** What could be read, in order. */
  readonly sources: readonly RuleSource[];
  readonly unreadable: readonly UnreadableFile[];
}

/**
 * The texts of `paths`, for `loadRules`. Of a directory these are its files `*.yaml` and `*.yml`, by name, as Falco takes them.
 * Nothing is thrown: what cannot be read is told beside the rest.
 */
export async function readRuleFiles(paths: readonly string[]): Promise<RuleFiles> {
  const read = (await Promise.all(paths.map(readPath))).flat();
  return {
    sources: read.filter((file) => "text" in file),
    unreadable: read.filter((file) => "cause" in file),
  };
}

async function readPath(path: string): Promise<readonly (RuleSource | UnreadableFile)[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [await readOne(path)];
    const names = (await readdir(path)).filter((name) => /\.ya?ml$/.test(name)).sort();
    return await Promise.all(names.map((name) => readOne(join(path, name))));
  } catch (cause) {
    return [unreadable(path, cause)];
  }
}

async function readOne(path: string): Promise<RuleSource | UnreadableFile> {
  try {
    return { name: path, text: await readFile(path, "utf8") };
  } catch (cause) {
    return unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): UnreadableFile {
  return { path, why: cause instanceof Error ? cause.message : String(cause), cause };
}
