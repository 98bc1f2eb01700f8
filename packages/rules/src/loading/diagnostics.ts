import { printable } from "@sentrytap/core";
import type {
  Diagnostic,
  ErrorDiagnosticCode,
  ItemKind,
  WarningDiagnostic,
  WarningDiagnosticCode,
} from "../diagnostic.ts";
import type { Hint } from "../nearest.ts";
import type { Location } from "./located-text.ts";
import { snippetAt } from "./snippet.ts";
import { positionAt, type SourceFile } from "./source-file.ts";

/** An item of a file, for messages. */
export interface Context {
  readonly file: SourceFile;
  readonly itemKind: ItemKind | undefined;
  /** Name of the item, or empty. */
  readonly item: string;
  /** Offset of the item in its file. */
  readonly offset: number;
}

/** A place in a file, and no item of it. */
export function contextOfFile(file: SourceFile, offset = 0): Context {
  return { file, itemKind: undefined, item: "", offset };
}

/** Where something is wrong: a place, an offset in the file of the item, or what finds it out. Default: the item. */
export type Place = Location | number | (() => Location | undefined) | undefined;

/** Collects what is wrong, in the order it is found, without end only up to a limit. */
export interface Diagnostics {
  readonly all: readonly Diagnostic[];
  /** Those of {@link all} that are no errors. */
  readonly warnings: readonly WarningDiagnostic[];
  readonly failed: boolean;
  /** The hint is asked for only where the problem is told: not beyond the limit, and once for equal problems. */
  error(code: ErrorDiagnosticCode, message: string, context: Context, at?: Place, hint?: Hint): void;
  warning(code: WarningDiagnosticCode, message: string, context: Context, at?: Place, hint?: Hint): void;
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

  get warnings(): readonly WarningDiagnostic[] {
    return this.#all.filter((diagnostic) => diagnostic.severity === "warning");
  }

  error(code: ErrorDiagnosticCode, message: string, context: Context, at?: Place, hint?: Hint): void {
    this.failed = true;
    this.#add("error", code, message, context, at, hint);
  }

  warning(code: WarningDiagnosticCode, message: string, context: Context, at?: Place, hint?: Hint): void {
    this.#add("warning", code, message, context, at, hint);
  }

  #add(
    severity: Diagnostic["severity"],
    code: Diagnostic["code"],
    message: string,
    context: Context,
    at: Place,
    hint: Hint = () => "",
  ): void {
    if (this.#left[severity] === 0) return;
    const { file, offset } = locationOf(at, context);
    const { item, itemKind } = context;
    const short = oneLine(message);
    // A macro is checked with every rule that uses it; its problem is told once.
    const key = `${code} ${file.name} ${offset} ${itemKind} ${item} ${short}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#left[severity]--;
    const diagnostic = {
      severity,
      code,
      file: file.name,
      ...positionAt(file, offset),
      item,
      itemKind,
      message: short + oneLine(hint()),
      snippet: snippetAt(file.text, offset),
    };
    // The two methods above see to it that severity and code go together.
    this.#all.push(diagnostic as Diagnostic);
  }
}

function locationOf(at: Place, context: Context): Location {
  const found = typeof at === "function" ? at() : at;
  if (typeof found === "object") return found;
  return { file: context.file, offset: found ?? context.offset };
}

/** Cut in the middle where it is long, as how to mend it stands at the end, and without line breaks. */
function oneLine(message: string): string {
  const short =
    message.length <= maxMessageLength
      ? message
      : `${message.slice(0, maxMessageLength - endLength)}...${message.slice(-endLength)}`;
  return printable(short);
}

export function createDiagnostics(): Diagnostics {
  return new Collected();
}
