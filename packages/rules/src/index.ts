export type { Alert, PlainAlert } from "./alert.ts";

export { type CompileOptions, type CompileResult, compile } from "./compile.ts";

export { type CoverageOptions, coverageOf, type RuleCoverage } from "./coverage/coverage-of.ts";
export type { Need } from "./coverage/essentials.ts";
export { type NeedsOptions, needsOf, type PointNeeds, type RuleNeeds } from "./coverage/needs-of.ts";
export {
  type ContextField,
  contextFieldNames,
  type OptionalField,
  type TracePointName,
} from "./coverage/point-fields.ts";
export { type CoverageReason, describeReason, type FieldUse } from "./coverage/reason.ts";
export {
  type AskedPoint,
  type PointShape,
  pointShape,
  type StreamShape,
  wholeStream,
} from "./coverage/stream-shape.ts";
export {
  lastRawSysno,
  type RawPoint,
  rawPoint,
  syscallNumbers,
  type TracePoint,
  tracePoint,
  tracePoints,
} from "./coverage/trace-points.ts";

export {
  type Diagnostic,
  type ErrorDiagnostic,
  type ErrorDiagnosticCode,
  type FormatDiagnosticOptions,
  formatDiagnostic,
  type ItemKind,
  type Position,
  type WarningDiagnostic,
  type WarningDiagnosticCode,
} from "./diagnostic.ts";
export type {
  ExplainedComparison,
  ExplainedCondition,
  ExplainedCut,
  ExplainedJunction,
  ExplainedMacro,
  ExplainedNegation,
  ExplainOptions,
  Explanation,
  SeenValue,
} from "./evaluating/explanation.ts";
export type { Filter } from "./evaluating/filter.ts";
export type { Matching } from "./evaluating/judge.ts";
export { createLiveRules, type LiveRules } from "./evaluating/live-rules.ts";
export { type MatchOptions, match } from "./evaluating/match.ts";
export type { Evaluator, RuleSet, Selection, SelectOptions } from "./evaluating/rule-set.ts";
export type { RuleSetStats, RuleStats, RuleTime } from "./evaluating/rule-stats.ts";
export type { RuleSelector, SelectionStep, UnmatchedStep } from "./evaluating/selection.ts";
export { where } from "./evaluating/where.ts";
export { type EventTypes, includesType } from "./event-types.ts";
export {
  createFieldReader,
  type FieldReader,
  type FieldReaderOptions,
  type FieldReading,
} from "./field-reader.ts";
export { type ImageName, splitImageName } from "./fields/container-image.ts";
export type {
  ContainerLookup,
  ContainerMetadata,
  ContainerMount,
  HealthProbe,
  PodMetadata,
} from "./fields/container-metadata.ts";
export type {
  Argument,
  ArgumentKind,
  Availability,
  Field,
  FieldContext,
  FieldCoverage,
  FieldNeed,
  FieldType,
  FieldTypes,
  FieldValue,
  PluralField,
  Plurality,
  SingleField,
} from "./fields/field.ts";
export type { FieldOptions } from "./fields/field-options.ts";
export { createFieldRegistry, type FieldDescription, type FieldRegistry } from "./fields/field-registry.ts";
export type {
  Comparison,
  Condition,
  Existence,
  FieldReference,
  Junction,
  ListLiteral,
  ListOperator,
  Literal,
  MacroReference,
  Negation,
  Operand,
  Operator,
  RightSide,
  ScalarOperator,
  Span,
  Transformed,
  Transformer,
} from "./language/ast.ts";
export { type ParseOptions, type ParseResult, parse, type SyntaxProblem } from "./language/parse.ts";
export { print } from "./language/print.ts";
export { type LoadOptions, type LoadResult, loadRules } from "./loading/load-rules.ts";
export type { RuleSource } from "./loading/source-file.ts";
export { didYouMean } from "./nearest.ts";
export type { TimeFormat } from "./output/alert-line.ts";
export { type FormatAlertJsonOptions, formatAlertJson } from "./output/format-alert-json.ts";
export { type FormatAlertTextOptions, formatAlertText } from "./output/format-alert-text.ts";
export { formatExplanation } from "./output/format-explanation.ts";
export type { OutputValue } from "./output/output-format.ts";
export {
  type AppendOutput,
  containerOutput,
  gvisorOutput,
  type OutputOptions,
} from "./output/output-options.ts";
export type { BytesFormat } from "./output/printed.ts";
export { type Priority, parsePriority, priorities } from "./priority.ts";
export type { Rule } from "./rule.ts";
export { matchesWildcard } from "./wildcard.ts";
