import { type CheckContext, checkOperand } from "../compiling/check.ts";
import type { Graph } from "../compiling/graph.ts";
import type { Run } from "../compiling/run.ts";
import type { ValueNode } from "../compiling/value-node.ts";
import type { BoundField } from "../fields/bound-field.ts";
import type { FieldValue } from "../fields/field.ts";
import type { FieldLookup } from "../fields/field-registry.ts";
import type { Operand } from "../language/ast.ts";
import { printOperand } from "../language/print.ts";
import { type FormatProblem, readToken } from "./format-token.ts";
import type { OutputStyle } from "./output-options.ts";
import { cut, fit, isPrintable, notAvailable, printed, shown } from "./printed.ts";

export type { FormatProblem } from "./format-token.ts";

/** Values of `output_fields`: absent ones are null. */
export type OutputValue = FieldValue | readonly FieldValue[] | null;

/** An output, compiled. */
export interface OutputFormat {
  /** The fields that it reads, each once. */
  readonly fields: readonly BoundField[];
  render(run: Run): string;
  /** The fields that it names, without functions, sorted. */
  values(run: Run): Record<string, OutputValue>;
}

/** What a format is compiled with. */
export interface FormatContext {
  readonly graph: Graph;
  readonly fields: FieldLookup;
  readonly style: OutputStyle;
  /** Is told of each field that is named. */
  readonly uses: CheckContext["uses"];
}

/** A piece of a format: text, or a value padded or cut to a width. */
type Piece = string | Value;

interface Value {
  readonly node: ValueNode;
  readonly field: BoundField;
  readonly width: number;
  readonly printable: boolean;
}

/** What one of the fields of an output is, and where it comes from. */
interface OutputField extends Pick<Value, "node" | "field" | "printable"> {
  readonly name: string;
}

class CompiledFormat implements OutputFormat {
  readonly #pieces: readonly Piece[];
  readonly #style: OutputStyle;
  readonly #values: readonly OutputField[];
  readonly fields: readonly BoundField[];

  constructor(pieces: readonly Piece[], { graph, style }: FormatContext) {
    this.#pieces = pieces;
    this.#style = style;
    const fields = new Map<string, BoundField>();
    const values = new Map<string, OutputField>();
    for (const piece of pieces) {
      if (typeof piece === "string") continue;
      const { node, field, printable } = piece;
      const { name } = field;
      const plain = graph.field(field);
      fields.set(name, field);
      values.set(name, { name, node: plain, field, printable: plain !== node || printable });
      if (style.transformedFields) values.set(node.key, { name: node.key, node, field, printable });
    }
    this.fields = [...fields.values()];
    this.#values = [...values.values()].sort(({ name: a }, { name: b }) => (a < b ? -1 : 1));
  }

  render(run: Run): string {
    const { maxOutputLength, maxValueLength, bytes } = this.#style;
    let text = "";
    for (const piece of this.#pieces) {
      if (typeof piece === "string") {
        text += piece;
      } else {
        const { node, field, width, printable } = piece;
        const value = printable
          ? printed(shown(node.read(run), node, maxValueLength, bytes), node, field)
          : notAvailable;
        text += width === 0 ? value : fit(value, width);
      }
      if (text.length > maxOutputLength) return cut(text, maxOutputLength);
    }
    return text;
  }

  values(run: Run): Record<string, OutputValue> {
    const { maxOutputLength, maxValueLength } = this.#style;
    const values: Record<string, OutputValue> = {};
    let left = maxOutputLength;
    for (const { name, node, field, printable } of this.#values) {
      const max = left > 0 ? maxValueLength : Math.min(maxValueLength, maxLateLength);
      const value = printable ? this.#value(run, { name, node, field }, max) : null;
      values[name] = value;
      left -= lengthOf(value);
    }
    return values;
  }

  #value(run: Run, { name, node, field }: Omit<OutputField, "printable">, max: number): OutputValue {
    if (field.json === undefined || name !== field.name)
      return shown(node.read(run), node, max, this.#style.bytes);
    const value = field.json(run.event, run.context) ?? null;
    return typeof value === "string" ? cut(value, max) : value;
  }
}

/** Characters of a value where the fields before it have used up what all may have. */
const maxLateLength = 1_000;

function lengthOf(value: OutputValue): number {
  if (typeof value === "string") return value.length;
  return Array.isArray(value) ? value.reduce<number>((sum, one) => sum + String(one).length, 0) : 0;
}

/** Fields of one output: no line can be read that has as many. */
const maxFields = 1_000;

/** Compiles a format of `%fields`. A `*` before it says what is the case anyway: absent values print as `<NA>`. */
export function compileFormat(format: string, context: FormatContext): OutputFormat | FormatProblem {
  if (format === "") {
    return {
      message: "the output is empty: write what to say, such as %proc.name",
      offset: 0,
      unknown: false,
    };
  }
  const pieces: Piece[] = [];
  let fields = 0;
  let at = format.startsWith("*") ? 1 : 0;
  while (at < format.length) {
    const percent = format.indexOf("%", at);
    if (percent !== at) pieces.push(format.slice(at, percent < 0 ? format.length : percent));
    if (percent < 0) break;
    const token = readToken(format, percent, context.fields);
    if ("message" in token) return token;
    const value = bindValue(token.operand, token.width, context);
    if ("message" in value) return { ...value, offset: percent, unknown: false };
    pieces.push(value);
    if (++fields > maxFields) {
      const message = `more than ${maxFields} fields: an output can have no more`;
      return { message, offset: percent, unknown: false };
    }
    at = token.end;
  }
  return new CompiledFormat(pieces, context);
}

function bindValue(
  operand: Operand,
  width: number,
  { graph, fields, uses }: FormatContext,
): Value | Omit<FormatProblem, "offset" | "unknown"> {
  let problem: Omit<FormatProblem, "offset" | "unknown"> | undefined;
  const checked = checkOperand(operand, {
    graph,
    fields,
    uses,
    macro: () => undefined,
    warning: () => undefined,
    error: (message, _, hint) => {
      problem = { message, hint };
    },
  });
  if (checked === undefined)
    return problem ?? { message: `${printOperand(operand)} cannot be printed: name a field` };
  const { field, node } = checked;
  if (field.filterOnly) {
    const message = `the field ${field.name} can be compared, but has no one value to print: name another, such as fd.name`;
    return { message };
  }
  return { node, field, width, printable: isPrintable(operand, field.name) };
}
