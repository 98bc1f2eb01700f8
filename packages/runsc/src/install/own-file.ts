import { TraceError } from "@sentrytap/core";
import { checkPath } from "./check-path.ts";
import { readFileState } from "./file-state.ts";
import { folderSteps } from "./folder-steps.ts";
import { hashOf } from "./hash-of.ts";
import type { InstallPlan } from "./step.ts";

// Files of which all is ours say so themselves: a line has the hash of what follows it.

const marked = /^(?<head>(?:#[^\n]*\n)*)# sha256 of what follows: (?<hash>[0-9a-f]{64})\n(?<body>[\s\S]*)$/;

/** A file whose comments begin with `#` and that is written as a whole. */
export interface OwnFile {
  readonly path: string;
  /** Lines that begin with `#`, each with its line break: who wrote the file, and what becomes of it. */
  readonly head: string;
  readonly body: string;
}

/**
 * What has to be done so that there is such a file. One that was installed before is written anew.
 *
 * @throws {TraceError} `ERR_INSTALL` where there is a file that was not installed so, or was changed since.
 */
export async function planFileInstall({ path, head, body }: OwnFile): Promise<InstallPlan> {
  checkPath(path, "the path of the file");
  const text = `${head}# sha256 of what follows: ${hashOf(body)}\n${body}`;
  const found = await readFileState(path);
  if (found === undefined) {
    const folders = await folderSteps(path);
    return {
      steps: [...folders, { kind: "write", path, text, mode: 0o644, replaces: undefined }],
      notes: [],
    };
  }
  checkOurs(found.text, path);
  if (found.text === text) return { steps: [], notes: [] };
  const { mode, uid, gid } = found;
  return {
    steps: [{ kind: "write", path: found.path, text, mode, owner: { uid, gid }, replaces: found.text }],
    notes: [],
  };
}

/**
 * What has to be done so that there is no such file any more.
 *
 * @throws {TraceError} `ERR_INSTALL` as {@link planFileInstall}.
 */
export async function planFileUninstall(path: string): Promise<InstallPlan> {
  checkPath(path, "the path of the file");
  const found = await readFileState(path);
  if (found === undefined) return { steps: [], notes: [`there is no ${path}`] };
  checkOurs(found.text, path);
  return { steps: [{ kind: "remove", path: found.path, replaces: found.text }], notes: [] };
}

function checkOurs(text: string, path: string): void {
  const { hash, body } = marked.exec(text)?.groups ?? {};
  if (body !== undefined && hashOf(body) === hash) return;
  const what =
    hash === undefined ? "was not installed by this command" : "was changed since it was installed";
  throw new TraceError("ERR_INSTALL", `${path} ${what}, and is left alone: move it away`);
}
