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

/** Codes of warnings, named as Falco names them but for LOAD_UNKNOWN_KEY, which is ours. */
export type WarningDiagnosticCode =
  | "LOAD_UNKNOWN_SOURCE"
  | "LOAD_NO_EVTTYPE"
  | "LOAD_UNKNOWN_FILTER"
  | "LOAD_UNUSED_MACRO"
  | "LOAD_UNUSED_LIST"
  | "LOAD_UNKNOWN_ITEM"
  | "LOAD_UNKNOWN_KEY"
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

interface DiagnosticBase extends Position {
  /** Name of the source, as given to `loadRules`. */
  readonly file: string;
  /** What the item is: `rule "Read sensitive file"`, or empty where there is none. */
  readonly item: string;
  /** What is wrong, and how to mend it. */
  readonly message: string;
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

/** `file:line:column: error LOAD_ERR_...: message (in rule "...")`, as editors and terminals know to link. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { file, line, column, severity, code, item, message } = diagnostic;
  const where = item === "" ? "" : ` (in ${item})`;
  return `${file}:${line}:${column}: ${severity} ${code}: ${message}${where}`;
}
