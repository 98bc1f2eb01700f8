import { printable } from "@sentrytap/core";

/** Codes of errors, named as Falco names them. */
export type ErrorDiagnosticCode =
  /** The text is no YAML. */
  | "LOAD_ERR_YAML_PARSE"
  /** The YAML has not the shape of a rules file. */
  | "LOAD_ERR_YAML_VALIDATE"
  /** A condition does not parse, or names fields, operators or values that do not fit together. */
  | "LOAD_ERR_COMPILE_CONDITION"
  /** An output format names a field that does not exist. */
  | "LOAD_ERR_COMPILE_OUTPUT"
  /** An item refers to something that is missing, or contradicts an earlier one. */
  | "LOAD_ERR_VALIDATE";

/** Codes of warnings, named as Falco names them but for LOAD_UNKNOWN_KEY and LOAD_NEVER_MATCHES, which are ours. */
export type WarningDiagnosticCode =
  | "LOAD_UNKNOWN_SOURCE"
  | "LOAD_NO_EVTTYPE"
  | "LOAD_UNKNOWN_FILTER"
  | "LOAD_UNUSED_MACRO"
  | "LOAD_UNUSED_LIST"
  | "LOAD_UNKNOWN_ITEM"
  | "LOAD_UNKNOWN_KEY"
  /** The condition of a rule contradicts itself. */
  | "LOAD_NEVER_MATCHES"
  | "LOAD_DEPRECATED_ITEM"
  | "LOAD_APPEND_NO_VALUES"
  | "LOAD_EXCEPTION_NAME_NOT_UNIQUE"
  | "LOAD_INVALID_MACRO_NAME"
  | "LOAD_INVALID_LIST_NAME"
  | "LOAD_COMPILE_CONDITION";

/** A place in a rules file; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What a named item of a rules file can be. */
export type ItemKind = "rule" | "macro" | "list";

interface DiagnosticBase extends Position {
  /** Name of the source, as given to `loadRules`. */
  readonly file: string;
  /** Name of the rule, macro or list; empty where there is none. */
  readonly item: string;
  /** What `item` names. */
  readonly itemKind: ItemKind | undefined;
  /** What is wrong, and how to mend it. */
  readonly message: string;
  /**
   * The line of the file, and a line below it with a caret under the place. Cut to some 130 columns; what could move the
   * cursor of a terminal is escaped.
   */
  readonly snippet: string;
}

/** A problem that keeps the rules from loading. */
export interface ErrorDiagnostic extends DiagnosticBase {
  readonly severity: "error";
  readonly code: ErrorDiagnosticCode;
}

/** A problem that the rules load in spite of. */
export interface WarningDiagnostic extends DiagnosticBase {
  readonly severity: "warning";
  readonly code: WarningDiagnosticCode;
}

/** One problem of one item of a rules file. */
export type Diagnostic = ErrorDiagnostic | WarningDiagnostic;

/** Options of {@link formatDiagnostic}. */
export interface FormatDiagnosticOptions {
  /** Whether the snippet follows, on lines of its own. Default `false`. */
  readonly snippet?: boolean;
}

/** Characters of an item's name that are worth telling. */
const maxItemLength = 200;

/**
 * `file:line:column: error LOAD_ERR_...: message (in rule "...")`, as editors and terminals know to link; on one line, but
 * for the snippet. Nothing that stands in a file can move the cursor.
 *
 * @example
 * diagnostics.map(formatDiagnostic).join("\n");
 * formatDiagnostic(diagnostic, { snippet: true });
 */
export function formatDiagnostic(diagnostic: Diagnostic): string;
export function formatDiagnostic(diagnostic: Diagnostic, options: FormatDiagnosticOptions): string;
export function formatDiagnostic(
  diagnostic: Diagnostic,
  { snippet: withSnippet = false }: FormatDiagnosticOptions = {},
): string {
  const { file, line, column, severity, code, item, itemKind, message, snippet } = diagnostic;
  const short = item.length > maxItemLength ? `${item.slice(0, maxItemLength)}...` : item;
  const where = itemKind === undefined ? "" : ` (in ${itemKind} "${short}")`;
  const told = printable(`${file}:${line}:${column}: ${severity} ${code}: ${message}${where}`);
  return withSnippet ? `${told}\n${snippet.replace(/^/gm, "    ")}` : told;
}
