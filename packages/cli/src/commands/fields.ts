import { createFieldRegistry, type FieldDescription, matchesWildcard } from "sentrytap";
import { ExitCode } from "../exit-code.ts";
import type { Terminal } from "../terminal.ts";

/** Options of {@link fields}. */
export interface FieldsOptions {
  readonly json?: boolean;
}

/** `sentrytap rules fields [PATTERN]`: the fields that rules may name, a line each. */
export async function fields(
  pattern: string | undefined,
  options: FieldsOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const found = [...createFieldRegistry()].filter(({ name }) => isNamed(name, pattern ?? "")).sort(byName);
  if (found.length === 0) {
    terminal.warn(`no field has "${pattern}" in its name`);
    return ExitCode.failed;
  }
  await terminal.print(options.json === true ? found.map(toJson) : toTable(found));
  return ExitCode.fine;
}

/** Whether a name has `pattern` in it; one with `*` must be all of the name. */
function isNamed(name: string, pattern: string): boolean {
  return pattern.includes("*") ? matchesWildcard(pattern, name) : name.includes(pattern);
}

function byName(a: FieldDescription, b: FieldDescription): number {
  return a.name < b.name ? -1 : Number(a.name > b.name);
}

/** Columns, the last of which is free text. */
function toTable(found: readonly FieldDescription[]): string[] {
  const rows = found.map((field) => [
    written(field),
    field.type,
    field.availability,
    field.unavailable ?? field.description,
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "));
}

/** The name with what it takes in brackets: `proc.aname[index]`. Where that may be left out, with a question mark. */
function written({ name, argument, argumentRequired }: FieldDescription): string {
  if (argument === "none") return name;
  return `${name}[${argument}${argumentRequired ? "" : "?"}]`;
}

function toJson(field: FieldDescription): string {
  return JSON.stringify(field, (_, value: unknown) => {
    if (typeof value === "bigint") return String(value);
    return value instanceof Set ? [...value].sort() : value;
  });
}
