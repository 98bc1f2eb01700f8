/**
 * The absolute path that `path` means in directory `base`, with `.`, `..`, doubled and trailing slashes gone, symbolic
 * links left as they are. `undefined` where `path` is relative and `base` is not known.
 */
export function resolvePath(base: string | undefined, path: string): string | undefined {
  if (path.startsWith("/")) return isPlain(path) ? path : normalizePath(path);
  if (base === undefined || !base.startsWith("/")) return undefined;
  return normalizePath(`${base}/${path}`);
}

/** Most absolute paths need nothing done. */
function isPlain(path: string): boolean {
  return path.length > 1 && !path.endsWith("/") && !path.includes("//") && !path.includes("/.");
}

function normalizePath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  return `/${parts.join("/")}`;
}
