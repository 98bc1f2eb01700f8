import type { Diagnostic, ErrorDiagnosticCode, Position, WarningDiagnosticCode } from "../diagnostic.ts";
import type { Location } from "./located-text.ts";
import { positionAt, type SourceFile } from "./source-file.ts";

/** An item of a file, for messages. */
export interface Context {
  readonly file: SourceFile;
  /** `rule "..."`, or empty. */
  readonly item: string;
  /** Offset of the item in its file. */
  readonly offset: number;
}

/** Collects what is wrong, in the order it is found, without end only up to a limit. */
export interface Diagnostics {
  readonly all: readonly Diagnostic[];
  readonly failed: boolean;
  error(code: ErrorDiagnosticCode, message: string, context: Context, at?: Location | number): void;
  warning(code: WarningDiagnosticCode, message: string, context: Context, at?: Location | number): void;
}

const limit = 1000;

/** What is quoted in a message can be as long as its author likes. */
const maxMessageLength = 500;

class Collected implements Diagnostics {
  readonly #all: Diagnostic[] = [];
  readonly #seen = new Set<string>();
  failed = false;

  get all(): readonly Diagnostic[] {
    return this.#all;
  }

  error(code: ErrorDiagnosticCode, message: string, context: Context, at?: Location | number): void {
    this.failed = true;
    this.#add({
      severity: "error",
      code,
      message: shorten(message),
      item: context.item,
      ...place(context, at),
    });
  }

  warning(code: WarningDiagnosticCode, message: string, context: Context, at?: Location | number): void {
    this.#add({
      severity: "warning",
      code,
      message: shorten(message),
      item: context.item,
      ...place(context, at),
    });
  }

  #add(diagnostic: Diagnostic): void {
    if (this.#all.length >= limit) return;
    const { code, file, line, column, message } = diagnostic;
    // A macro is checked with every rule that uses it; its problem is told once.
    const key = `${code} ${file} ${line} ${column} ${message}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#all.push(diagnostic);
  }
}

function shorten(message: string): string {
  return message.length <= maxMessageLength ? message : `${message.slice(0, maxMessageLength)}...`;
}

function place(context: Context, at: Location | number = context.offset): Position & { file: string } {
  if (typeof at === "number") return { file: context.file.name, ...positionAt(context.file, at) };
  return { file: at.file, line: at.line, column: at.column };
}

export function createDiagnostics(): Diagnostics {
  return new Collected();
}
