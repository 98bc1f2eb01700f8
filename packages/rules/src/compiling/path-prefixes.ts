import { compileGlob, type Matcher } from "./glob.ts";

/** A directory of the searched paths. */
interface Directory {
  /** A path ends here: whatever lies below it matches. */
  end: boolean;
  readonly named: Map<string, Directory>;
  readonly globs: { readonly pattern: string; readonly matches: Matcher; readonly directory: Directory }[];
}

function createDirectory(): Directory {
  return { end: false, named: new Map(), globs: [] };
}

/**
 * Tells whether one of `paths` is a prefix, component by component, of a path: what `pmatch` means. Components of
 * `paths` may be globs.
 */
export function compilePathPrefixes(paths: readonly string[]): Matcher {
  const root = createDirectory();
  for (const path of paths) add(root, components(path));
  return (path) => find(root, components(path), 0);
}

/** Whether a path to be searched for is more than text. */
export function hasGlob(path: string): boolean {
  return /[?*[]/.test(path);
}

/** A path with a slash around each component: without globs, a path is a prefix of another where so written it begins it. */
export function closedPath(path: string): string {
  if (!path.startsWith("/") || path.includes("//")) return ["", ...components(path), ""].join("/");
  return path.endsWith("/") ? path : `${path}/`;
}

function components(path: string): readonly string[] {
  return path.split("/").filter((component) => component !== "");
}

function add(root: Directory, path: readonly string[]): void {
  let directory = root;
  for (const component of path) directory = enter(directory, component);
  directory.end = true;
}

function enter(directory: Directory, component: string): Directory {
  if (!hasGlob(component)) {
    const known = directory.named.get(component);
    if (known !== undefined) return known;
    const made = createDirectory();
    directory.named.set(component, made);
    return made;
  }
  const known = directory.globs.find(({ pattern }) => pattern === component);
  if (known !== undefined) return known.directory;
  const made = createDirectory();
  directory.globs.push({ pattern: component, matches: compileGlob(component), directory: made });
  return made;
}

/** Never deeper than the searched paths, whatever the path. */
function find(directory: Directory, path: readonly string[], at: number): boolean {
  if (directory.end) return true;
  const component = path[at];
  if (component === undefined) return false;
  const named = directory.named.get(component);
  if (named !== undefined && find(named, path, at + 1)) return true;
  return directory.globs.some(
    ({ matches, directory: below }) => matches(component) && find(below, path, at + 1),
  );
}
