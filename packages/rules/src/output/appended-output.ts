import type { Run } from "../compiling/run.ts";
import type { BoundField } from "../fields/bound-field.ts";
import { readToken } from "./format-token.ts";
import { compileFormat, type FormatContext, type OutputFormat, type OutputValue } from "./output-format.ts";
import {
  type AppendOutput,
  checkNames,
  containerOutput,
  type OutputOptions,
  type OutputStyle,
  readOutputStyle,
  wrong,
} from "./output-options.ts";

/** Once a shorthand for what is known of a container; it is still written, and says nothing. */
export const containerInfo = "%container.info";

/** What a rule is asked for, to know what is added to its output. */
export interface AppendTarget {
  readonly name: string;
  readonly source: string;
  readonly tags: Iterable<string>;
}

/** What options add to the outputs of rules. */
export interface AppendedOutput {
  readonly style: OutputStyle;
  /** The rule's output, with what is added to its text. */
  textOf(output: string, rule: AppendTarget): string;
  /** The rule's output, with what is added to its fields; `uses` is told of the fields that are read for it. */
  fieldsOf(format: OutputFormat, rule: AppendTarget, context: FormatContext): OutputFormat;
}

/** A field that is added: as it is, or what a format prints. */
interface ExtraField {
  readonly key: string;
  readonly format: string;
  readonly raw: boolean;
}

interface Entry {
  readonly match: NonNullable<AppendOutput["match"]>;
  /** Formats that are added to the text. */
  readonly texts: readonly string[];
  readonly fields: readonly ExtraField[];
}

/**
 * Reads what is to be added. Throws `ERR_INVALID_ARGUMENT` where it is wrong: each format is compiled with `context` once,
 * so that a mistake is told even where no rule matches.
 */
export function readAppendedOutput(
  options: OutputOptions,
  context: Pick<FormatContext, "graph" | "fields">,
): AppendedOutput {
  checkNames(options, "output", "output");
  const style = readOutputStyle(options);
  const full: FormatContext = { ...context, style, uses: () => undefined };
  const { append = [] } = options;
  if (!Array.isArray(append)) throw wrong("append must be a list of what is to be added");
  const entries = append.map((entry, i) => readEntry(entry, `append[${i}]`, full));
  return new Appended(entries, style);
}

function readEntry(entry: AppendOutput, where: string, context: FormatContext): Entry {
  if (typeof entry !== "object" || entry === null) throw wrong(`${where} must be an object`);
  const { match = {}, extraOutput, extraFields = [], suggestedOutput = false } = entry;
  checkNames(entry, "append", where);
  checkNames(match, "match", `${where}.match`);
  if (match.tags !== undefined && !Array.isArray(match.tags))
    throw wrong(`${where}.match.tags must be a list of tags`);
  if (extraOutput !== undefined && typeof extraOutput !== "string")
    throw wrong(`${where}.extraOutput must be a text, not ${typeof extraOutput}`);
  const ownText = extraOutput?.replaceAll(containerInfo, "") ?? "";
  if (ownText !== "") checkFormat(ownText, `${where}.extraOutput`, context);
  const fields = readExtraFields(extraFields, `${where}.extraFields`, context);
  const texts = [extraOutput ?? "", suggestedOutput ? containerOutput : ""];
  return { match, texts: texts.filter((text) => text !== ""), fields };
}

function readExtraFields(
  extraFields: NonNullable<AppendOutput["extraFields"]>,
  where: string,
  context: FormatContext,
): readonly ExtraField[] {
  if (!Array.isArray(extraFields)) throw wrong(`${where} must be a list`);
  const fields = new Map<string, ExtraField>();
  for (const [i, extra] of extraFields.entries()) {
    for (const field of readFields(extra, `${where}[${i}]`)) {
      const before = fields.get(field.key);
      if (before !== undefined && !(before.raw && field.raw))
        throw wrong(`${where}[${i}] adds "${field.key}" a second time: give each a name of its own`);
      checkFormat(field.format, `${where}[${i}]: ${field.key}`, context);
      if (field.raw) checkField(field, `${where}[${i}]`, context);
      fields.set(field.key, field);
    }
  }
  return [...fields.values()];
}

function readFields(extra: string | Readonly<Record<string, string>>, where: string): readonly ExtraField[] {
  if (typeof extra === "string") return [{ key: extra, format: `%${extra}`, raw: true }];
  if (typeof extra !== "object" || extra === null)
    throw wrong(`${where} must be a field, or formats by their names`);
  return Object.entries(extra).map(([key, format]) => ({ key, format, raw: false }));
}

/** What is added as it is has to be a field, and no more. */
function checkField({ key, format }: ExtraField, where: string, { fields }: FormatContext): void {
  const token = readToken(format, 0, fields);
  if (!("message" in token) && token.operand.kind === "field" && token.end === format.length) return;
  throw wrong(`${where}: "${key}" is more than a field: give it a name, such as { name: "%${key}" }`);
}

function checkFormat(format: string, where: string, context: FormatContext): void {
  if (typeof format !== "string") throw wrong(`${where} must be a text, not ${typeof format}`);
  const compiled = compileFormat(format, context);
  if ("message" in compiled) throw wrong(`${where}: ${compiled.message}${compiled.hint?.() ?? ""}`);
}

class Appended implements AppendedOutput {
  readonly style: OutputStyle;
  readonly #entries: readonly Entry[];

  constructor(entries: readonly Entry[], style: OutputStyle) {
    this.#entries = entries;
    this.style = style;
  }

  textOf(output: string, rule: AppendTarget): string {
    return [output, ...this.#matching(rule).flatMap(({ texts }) => texts)].join(" ");
  }

  fieldsOf(format: OutputFormat, rule: AppendTarget, context: FormatContext): OutputFormat {
    const extras = new Map<string, Extra>();
    for (const { key, format: text, raw } of this.#matching(rule).flatMap(({ fields }) => fields)) {
      const compiled = compileFormat(text, context);
      if (!("message" in compiled)) extras.set(key, { key, format: compiled, raw });
    }
    return extras.size === 0 ? format : new WithFields(format, [...extras.values()]);
  }

  #matching({ name, source, tags }: AppendTarget): readonly Entry[] {
    const own = new Set(tags);
    return this.#entries.filter(
      ({ match }) =>
        asksFor(match.source, source) &&
        asksFor(match.rule, name) &&
        (match.tags ?? []).every((tag) => own.has(tag)),
    );
  }
}

/** In a configuration an empty name asks for nothing. */
function asksFor(wanted: string | undefined, name: string): boolean {
  return wanted === undefined || wanted === "" || wanted === name;
}

interface Extra extends Pick<ExtraField, "key" | "raw"> {
  readonly format: OutputFormat;
}

/** An output with fields that its text does not name. */
class WithFields implements OutputFormat {
  readonly #format: OutputFormat;
  readonly #extras: readonly Extra[];
  readonly fields: readonly BoundField[];

  constructor(format: OutputFormat, extras: readonly Extra[]) {
    this.#format = format;
    this.#extras = extras;
    const fields = [format, ...extras.map((extra) => extra.format)].flatMap((each) => each.fields);
    this.fields = [...new Map(fields.map((field) => [field.name, field])).values()];
  }

  render(run: Run): string {
    return this.#format.render(run);
  }

  values(run: Run): Record<string, OutputValue> {
    const values = this.#format.values(run);
    for (const { key, format, raw } of this.#extras) {
      values[key] = raw ? (Object.values(format.values(run))[0] ?? null) : format.render(run);
    }
    return values;
  }
}
