import { expectTypeOf, test } from "vitest";
import {
  type Diagnostic,
  type ErrorDiagnosticCode,
  formatDiagnostic,
  type ItemKind,
  type Rule,
  type WarningDiagnosticCode,
} from "./index.ts";

declare const diagnostics: readonly Diagnostic[];

test("a diagnostic's severity tells which codes it can have", () => {
  for (const diagnostic of diagnostics) {
    if (diagnostic.severity === "error") expectTypeOf(diagnostic.code).toEqualTypeOf<ErrorDiagnosticCode>();
    else expectTypeOf(diagnostic.code).toEqualTypeOf<WarningDiagnosticCode>();
    expectTypeOf(diagnostic.itemKind).toEqualTypeOf<ItemKind | undefined>();
    expectTypeOf(diagnostic.snippet).toEqualTypeOf<string>();
  }
});

test("diagnostics are formatted one by one, with options or as map has it", () => {
  expectTypeOf(diagnostics.map(formatDiagnostic)).toEqualTypeOf<string[]>();
  for (const diagnostic of diagnostics) {
    formatDiagnostic(diagnostic, { snippet: true });
    // @ts-expect-error: an option is true or false
    formatDiagnostic(diagnostic, { snippet: "yes" });
  }
});

test("a rule's capture may have a duration, or be missing", () => {
  expectTypeOf<Rule["capture"]>().toEqualTypeOf<{ readonly durationMs?: number } | undefined>();
});
