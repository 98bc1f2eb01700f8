import { type CheckContext, checkOperand } from "../compiling/check.ts";
import type { Graph } from "../compiling/graph.ts";
import type { Run } from "../compiling/run.ts";
import type { NodeValue, ValueNode } from "../compiling/value-node.ts";
import type { BoundField } from "../fields/bound-field.ts";
import type { FieldValue } from "../fields/field.ts";
import type { FieldLookup } from "../fields/field-registry.ts";
import type { Operand } from "../language/ast.ts";
import { parseOperand } from "../language/parse.ts";
import { printOperand } from "../language/print.ts";
import type { Hint } from "../nearest.ts";

/** Values of `output_fields`: absent ones are null. */
export type OutputValue = FieldValue | readonly FieldValue[] | null;

/** An output, compiled. */
export interface OutputFormat {
  /** The fields it names, without functions, sorted. */
  readonly fields: readonly string[];
  render(run: Run): string;
  values(run: Run): Readonly<Record<string, OutputValue>>;
}

/** Why a text is no format, and where. */
export interface FormatProblem {
  readonly message: string;
  readonly offset: number;
  /** A field does not exist. */
  readonly unknown: boolean;
  readonly hint?: Hint | undefined;
}

/** A piece of a format: text, or a value padded or cut to a width. */
type Piece =
  | string
  | {
      readonly node: ValueNode;
      readonly field: BoundField;
      readonly width: number;
      readonly printable: boolean;
    };

class CompiledFormat implements OutputFormat {
  readonly #pieces: readonly Piece[];
  readonly #values: readonly (readonly [name: string, field: BoundField, node: ValueNode])[];
  readonly fields: readonly string[];

  constructor(pieces: readonly Piece[], graph: Graph) {
    this.#pieces = pieces;
    const byName = new Map<string, BoundField>();
    for (const piece of pieces) if (typeof piece !== "string") byName.set(piece.field.name, piece.field);
    this.fields = [...byName.keys()].sort();
    this.#values = this.fields.flatMap((name) => {
      const field = byName.get(name);
      return field === undefined ? [] : [[name, field, graph.field(field)] as const];
    });
  }

  render(run: Run): string {
    let text = "";
    for (const piece of this.#pieces) {
      if (typeof piece === "string") {
        text += piece;
        continue;
      }
      const { node, field, width, printable } = piece;
      const value = printable ? print(node.read(run), node, field) : "<NA>";
      text += width === 0 ? value : value.slice(0, width).padEnd(width);
    }
    return text;
  }

  values(run: Run): Readonly<Record<string, OutputValue>> {
    const values: Record<string, OutputValue> = {};
    for (const [name, field, node] of this.#values) {
      values[name] =
        field.json === undefined
          ? outputValue(node.read(run), node)
          : (field.json(run.event, run.context) ?? null);
    }
    return values;
  }
}

/** Of a field of any ancestor there is no one value to print. */
function outputValue(value: NodeValue, { many }: ValueNode): OutputValue {
  return value === undefined || many === "any" || many === "either" ? null : value;
}

function print(value: NodeValue, node: ValueNode, { format, type }: BoundField): string {
  const shown = outputValue(value, node);
  if (shown === null) return "<NA>";
  if (typeof shown === "object") return `(${shown.map(String).join(",")})`;
  return format !== undefined && node.type === type ? format(shown) : String(shown);
}

/** Compiles a format of `%fields`. A `*` before it says what is the case anyway: absent values print as `<NA>`. */
export function compileFormat(
  format: string,
  graph: Graph,
  fields: FieldLookup,
  uses: CheckContext["uses"],
): OutputFormat | FormatProblem {
  const pieces: Piece[] = [];
  let at = format.startsWith("*") ? 1 : 0;
  while (at < format.length) {
    const percent = format.indexOf("%", at);
    if (percent !== at) pieces.push(format.slice(at, percent < 0 ? format.length : percent));
    if (percent < 0) break;
    const digits = /[0-9]{0,4}/y;
    digits.lastIndex = percent + 1;
    const width = digits.exec(format)?.[0] ?? "";
    const start = percent + 1 + width.length;
    const operand = longestOperand(format, start, fields);
    if ("message" in operand) return { ...operand, offset: percent };
    const problem = addPiece(operand, Number(width), pieces, graph, fields, uses);
    if (problem !== undefined) return { ...problem, offset: percent, unknown: false };
    at = operand.end;
  }
  return new CompiledFormat(pieces, graph);
}

/** The longest field that begins at `start`: behind `%proc.name` may stand anything, even letters. */
function longestOperand(
  format: string,
  start: number,
  fields: FieldLookup,
): Operand | Omit<FormatProblem, "offset"> {
  const operand = parseOperand(format, start);
  if (!("kind" in operand)) {
    const message =
      start >= format.length
        ? "a % at the end: write a field behind it, such as %proc.name"
        : `${format.slice(start - 1, start + 20)} is no field, nor a function of one: write one behind the %, such as %proc.name`;
    return { message, unknown: false };
  }
  if (operand.kind === "transformed" || fields.has(operand.name, operand.argument)) return operand;
  for (let { length } = operand.name; length > 0; length--) {
    const name = operand.name.slice(0, length);
    if (fields.has(name)) return { kind: "field", name, argument: undefined, start, end: start + length };
  }
  const bound = fields.bind(operand.name, operand.argument);
  const message = typeof bound === "string" ? bound : `there is no field "${operand.name}"`;
  return { message, unknown: true, hint: () => fields.hint(operand.name) };
}

function addPiece(
  operand: Operand,
  width: number,
  pieces: Piece[],
  graph: Graph,
  fields: FieldLookup,
  uses: CheckContext["uses"],
): Omit<FormatProblem, "offset" | "unknown"> | undefined {
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
  // Falco prints no lengths, and neither do we: the same output is the same text.
  const printable = !(operand.kind === "transformed" && operand.transformer === "len");
  pieces.push({ node, field, width, printable });
  return undefined;
}
