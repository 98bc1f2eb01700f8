import type { Descriptor } from "../src/index.ts";

/** Symbolic links of the recorded sandboxes, by which what was opened is not called what it is. */
const links: readonly (readonly [RegExp, string])[] = [
  [/^\/(lib|lib64|bin|sbin)\//, "/usr/$1/"],
  [/^\/etc\/localtime$/, "/usr/share/zoneinfo/Etc/UTC"],
  [/^\/usr\/share\/locale\/locale\.alias$/, "/etc/locale.alias"],
  [/^\/usr\/lib\/ssl\//, "/etc/ssl/"],
  [/^\/var\/run\//, "/run/"],
  [/^(\/run\/secrets\/kubernetes\.io\/serviceaccount)\//, "$1/..2024_01_01/"],
  [/^\/proc\/self\//, "/proc/N/"],
  [/^\/usr\/bin\/link$/, "/bin/corners"], // of a sandbox whose /bin is none itself
];

/**
 * Whether a descriptor known to the table is what gVisor calls `fdPath`: under the same name, or under one that a
 * symbolic link or the deletion of the file explains. What has no name is the same where it is of the same kind.
 */
export function agrees({ kind, name, socket }: Descriptor, fdPath: string): "same" | "explained" | "differs" {
  if (socket !== undefined) return fdPath.startsWith("socket:[") ? "same" : "differs";
  if (kind === "pipe") return fdPath.startsWith("pipe:[") ? "same" : "differs";
  if (name === "") return fdPath.startsWith("anon_inode:") ? "same" : "differs";
  if (name === fdPath) return "same";
  const path = fdPath.replace(/ \(deleted\)$/, "").replace(/^\/proc\/\d+\//, "/proc/N/");
  const real = links.reduce((resolved, [from, to]) => resolved.replace(from, to), name);
  return name === path || real === path || library(real) === library(path) ? "explained" : "differs";
}

/** A shared library without its version: `libc.so.6` is a link to `libc-2.36.so` and the like. */
function library(path: string): string {
  return path.replace(/\.so[.0-9]*$/, ".so").replace(/-[0-9.]+\.so$/, ".so");
}
