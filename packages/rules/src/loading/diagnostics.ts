import type { Diagnostic, ErrorDiagnosticCode, Position, WarningDiagnosticCode } from "../diagnostic.ts";
import type { Hint } from "../nearest.ts";
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
  /** The hint is asked for only where the problem is told: not beyond the limit, and once for equal problems. */
  error(
    code: ErrorDiagnosticCode,
    message: string,
    context: Context,
    at?: Location | number,
    hint?: Hint,
  ): void;
  warning(
    code: WarningDiagnosticCode,
    message: string,
    context: Context,
    at?: Location | number,
    hint?: Hint,
  ): void;
}

/** How many errors are told, and how many warnings: these must not keep an error from being told. */
const limit = 1000;

/** What is quoted in a message can be as long as its author likes. */
const maxMessageLength = 500;
const endLength = 200;

class Collected implements Diagnostics {
  readonly #all: Diagnostic[] = [];
  readonly #seen = new Set<string>();
  readonly #left = { error: limit, warning: limit };
  failed = false;

  get all(): readonly Diagnostic[] {
    return this.#all;
  }

  error(
    code: ErrorDiagnosticCode,
    message: string,
    context: Context,
    at?: Location | number,
    hint?: Hint,
  ): void {
    this.failed = true;
    const { item } = context;
    this.#add({ severity: "error", code, message: oneLine(message), item, ...place(context, at) }, hint);
  }

  warning(
    code: WarningDiagnosticCode,
    message: string,
    context: Context,
    at?: Location | number,
    hint?: Hint,
  ): void {
    const { item } = context;
    this.#add({ severity: "warning", code, message: oneLine(message), item, ...place(context, at) }, hint);
  }

  #add(diagnostic: Diagnostic, hint: Hint | undefined): void {
    if (this.#left[diagnostic.severity] === 0) return;
    const { code, file, line, column, message } = diagnostic;
    // A macro is checked with every rule that uses it; its problem is told once.
    const key = `${code} ${file} ${line} ${column} ${message}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#left[diagnostic.severity]--;
    this.#all.push(hint === undefined ? diagnostic : { ...diagnostic, message: message + oneLine(hint()) });
  }
}

/** Cut in the middle where it is long, as how to mend it stands at the end, and without line breaks. */
function oneLine(message: string): string {
  const short =
    message.length <= maxMessageLength
      ? message
      : `${message.slice(0, maxMessageLength - endLength)}...${message.slice(-endLength)}`;
  return short.replace(/[\p{Cc}\u2028\u2029]/gu, escapeControl);
}

function escapeControl(char: string): string {
  const short = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }[char];
  return short ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function place(context: Context, at: Location | number = context.offset): Position & { file: string } {
  if (typeof at === "number") return { file: context.file.name, ...positionAt(context.file, at) };
  return { file: at.file, line: at.line, column: at.column };
}

export function createDiagnostics(): Diagnostics {
  return new Collected();
}
