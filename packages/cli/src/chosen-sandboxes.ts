import { existsSync } from "node:fs";
import { type FoundSandbox, findSandboxes, printable } from "sentrytap";
import type { Terminal } from "./terminal.ts";

/** Where sandboxes are looked for; what is left out is found. */
export interface WhereOptions {
  readonly root?: readonly string[];
  readonly runsc?: readonly string[];
}

/** The sandboxes that were asked for. */
export interface ChosenSandboxes {
  readonly sandboxes: readonly FoundSandbox[];
  /** Whether it could be looked everywhere, and each that was named is there. */
  readonly complete: boolean;
}

/** The sandboxes that run, or those of them that `ids` name, whole or by a beginning that no other has. What is missing is said. */
export async function chosenSandboxes(
  ids: readonly string[],
  where: WhereOptions,
  terminal: Terminal,
): Promise<ChosenSandboxes> {
  const { sandboxes, failures } = await findSandboxes(findOptions(where));
  for (const { message } of failures) terminal.warn(printable(message));
  const missing = (where.root ?? []).filter((root) => !existsSync(root));
  for (const root of missing) terminal.warn(`${printable(root)}: there is no such folder`);
  let complete = failures.length + missing.length === 0;
  if (ids.length === 0) return { sandboxes, complete };
  const chosen = new Set<FoundSandbox>();
  for (const id of ids) {
    const whole = sandboxes.filter((sandbox) => sandbox.id === id);
    const meant = whole.length > 0 ? whole : sandboxes.filter((sandbox) => sandbox.id.startsWith(id));
    const [sandbox, ...others] = meant;
    if (sandbox !== undefined && others.length === 0) {
      chosen.add(sandbox);
      continue;
    }
    complete = false;
    const why = sandbox === undefined ? "no sandbox that runs has this id" : "several sandboxes have it";
    terminal.warn(`${printable(id)}: ${why}`);
  }
  return { sandboxes: [...chosen], complete };
}

/** The same as options of the library. */
export function findOptions({ root, runsc }: WhereOptions): {
  readonly roots?: readonly string[];
  readonly runsc?: readonly string[];
} {
  return { ...(root !== undefined && { roots: root }), ...(runsc !== undefined && { runsc }) };
}

/** The id of a sandbox, short enough for a table; it names the sandbox all the same. */
export function shortId(id: string): string {
  return id.length > 32 ? id.slice(0, 12) : id;
}
