import { expectTypeOf } from "vitest";
import {
  type CoverageReason,
  coverageOf,
  describeReason,
  needsOf,
  type RuleCoverage,
  type RuleSet,
  type StreamShape,
  wholeStream,
} from "../index.ts";

declare const rules: RuleSet;
declare const reason: CoverageReason;

expectTypeOf(coverageOf(rules)).toEqualTypeOf<readonly RuleCoverage[]>();
expectTypeOf(coverageOf(rules, { stream: wholeStream })).toEqualTypeOf<readonly RuleCoverage[]>();
expectTypeOf(wholeStream).toEqualTypeOf<StreamShape>();
expectTypeOf(describeReason(reason)).toBeString();
expectTypeOf(needsOf(rules)[0]?.points[0]?.point).toEqualTypeOf<string | undefined>();

// Reasons are told apart by their kind.
if (reason.kind === "no-event") expectTypeOf(reason.eventTypes).toEqualTypeOf<readonly string[]>();
if (reason.kind === "missing-field") expectTypeOf(reason.of).toEqualTypeOf<"context" | "optional">();
if (reason.kind === "missing-point") expectTypeOf(reason.effect).toEqualTypeOf<"never" | "less">();
// @ts-expect-error only some reasons are about fields
reason.fields;
// @ts-expect-error there is no such kind
reason.kind === "maybe";
// @ts-expect-error a stream is told as a whole
coverageOf(rules, { stream: { points: [] } });
