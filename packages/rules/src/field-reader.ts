import { TraceError } from "@sentrytap/core";
import type { TrackedEvent } from "@sentrytap/state";
import { StreamContext, surroundingsOf } from "./evaluating/stream-context.ts";
import type { BoundField } from "./fields/bound-field.ts";
import type { FieldValue } from "./fields/field.ts";
import type { FieldOptions } from "./fields/field-options.ts";
import { lookupOf } from "./fields/field-registry.ts";
import { parseOperand } from "./language/parse.ts";

/** Options of {@link createFieldReader}. */
export type FieldReaderOptions = FieldOptions;

/** What a field says of an event: `null` where it has no value, an array where it has several. */
export type FieldReading = FieldValue | readonly FieldValue[] | null;

/** Reads some fields of the events of one stream. */
export interface FieldReader {
  /** The fields, as they were asked for. */
  readonly names: readonly string[];
  /**
   * What each field says of `event`, in the order of `names`. Hand it every event as it comes out of the tracker, before
   * the next one changes what its ancestors and their descriptors are; `evt.num` counts them, `evt.deltatime` is from one
   * to the next. As in rules, calls are seen when they return: of an `enter` nothing is read, and it is not counted.
   */
  read(event: TrackedEvent): readonly FieldReading[] | undefined;
}

/**
 * A reader of the fields `names`, such as `proc.name`, `proc.aname[2]` or `evt.arg.flags`: it gives what a condition
 * would compare, also of those fields that no output can print.
 *
 * @throws {TraceError} `ERR_INVALID_ARGUMENT` where one is no field, or its argument is wrong; the message says which, and
 * what may have been meant.
 *
 * @example
 * const reader = createFieldReader(["proc.name", "fd.name"]);
 * const read = stage("fields", (event: TrackedEvent) => reader.read(event));
 * for await (const values of flat(pipe(readRecording("x.trace"), events(), track(), read))) console.log(...values);
 */
export function createFieldReader(names: readonly string[], options: FieldReaderOptions = {}): FieldReader {
  const fields = lookupOf(options.fields);
  const bound = names.map((name) => bindWritten(name, fields));
  const context = new StreamContext(surroundingsOf(options));
  return {
    names: [...names],
    read(event) {
      if (event.direction === "enter") return undefined;
      context.advance(event);
      return bound.map(({ read }) => read(event, context) ?? null);
    },
  };
}

function bindWritten(text: string, fields: ReturnType<typeof lookupOf>): BoundField {
  const operand = parseOperand(text, 0);
  if (!("kind" in operand) || operand.kind !== "field" || operand.end !== text.length) {
    throw new TraceError(
      "ERR_INVALID_ARGUMENT",
      `"${text}" is no field: write a name such as proc.name, or proc.aname[2] where it takes an argument`,
    );
  }
  const bound = fields.bind(operand.name, operand.argument);
  if (typeof bound !== "string") return bound;
  throw new TraceError("ERR_INVALID_ARGUMENT", `${bound}${fields.hint(operand.name)}`);
}
