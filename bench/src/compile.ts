import { execFileSync } from "node:child_process";
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Compiles bench/native/NAME.c with the C compiler, `$CC` or cc, where that has not been done. */
export function compile(name: string): string {
  const source = fileURLToPath(new URL(`../native/${name}.c`, import.meta.url));
  const folder = fileURLToPath(new URL("../.build/", import.meta.url));
  const program = join(folder, name);
  mkdirSync(folder, { recursive: true });
  const built = statSync(program, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (built < statSync(source).mtimeMs) {
    const flags = ["-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", "-o", program, source];
    execFileSync(process.env["CC"] ?? "cc", flags, { stdio: "inherit" });
  }
  return program;
}
