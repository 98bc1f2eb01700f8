import {
  type Diagnostic,
  type ExplainedCondition,
  formatDiagnostic,
  type LoadOptions,
  loadRules,
  type Rule,
  type RuleSet,
} from "@sentrytap/rules";
import type { PortedCase, PortedSuite } from "../case.ts";
import { makeChdir } from "../formatter/scene.ts";

/** A file: its text, or its items, which are written as JSON, for YAML knows that. */
export type File = string | readonly unknown[];

/** What loading comes to: the codes of errors and warnings, sorted, each once. A file without errors loads. */
export interface Codes {
  readonly errors?: readonly string[];
  readonly warnings?: readonly string[];
}

interface Options extends Pick<LoadOptions, "fields" | "plugins"> {
  /** Why ours is another answer, and meant to stay. */
  readonly differs?: string;
}

/** A suite of Falco's loader. */
export function loaderSuite(title: string, cases: readonly PortedCase[]): PortedSuite {
  return { kind: "loader", title, cases };
}

/** A rule, whole; what a case is about it says itself. */
export function rule(own: object = {}): object {
  return {
    rule: "R",
    desc: "A case.",
    condition: "evt.type = chdir",
    output: "out",
    priority: "NOTICE",
    ...own,
  };
}

/** A change of the rule. */
export function change(own: object): object {
  return { rule: "R", ...own };
}

export function macro(name: string, condition: string, more: object = {}): object {
  return { macro: name, condition, ...more };
}

export function list(name: string, items: readonly unknown[], more: object = {}): object {
  return { list: name, items, ...more };
}

/** What becomes of files that are loaded one behind the other. */
export function loads(
  name: string,
  files: readonly File[],
  { errors = [], warnings = [] }: Codes = {},
  options: Options = {},
): PortedCase {
  return {
    name,
    falco: { errors, warnings },
    ours: () => {
      const loaded = load(files, options);
      const all = loaded.ok ? loaded.warnings : loaded.diagnostics;
      return { errors: codesOf(all, "error"), warnings: codesOf(all, "warning") };
    },
    ...(options.differs !== undefined && { differs: options.differs }),
  };
}

/** Of a file that does not load, the code of what is wrong, and which item it is told of. */
export function blames(
  name: string,
  files: readonly File[],
  code: string,
  item: string,
  options: Options = {},
): PortedCase {
  return {
    name,
    falco: `${code} ${item}`,
    ours: () => {
      const loaded = load(files, options);
      const error = loaded.ok ? undefined : loaded.diagnostics.find(({ severity }) => severity === "error");
      return error && `${error.code} ${error.item}`;
    },
    ...(options.differs !== undefined && { differs: options.differs }),
  };
}

/** What became of the rule, of which no more is asked than Falco's answer has. */
export function becomes(
  name: string,
  files: readonly File[],
  falco: { readonly [Key in keyof Rule]?: Rule[Key] | undefined },
): PortedCase {
  return {
    name,
    falco,
    ours: () => {
      const found = mustLoad(files).rules[0];
      return found && Object.fromEntries(Object.keys(falco).map((key) => [key, found[key as keyof Rule]]));
    },
  };
}

/** The condition of the rule once all is loaded, its macros and lists written out. */
export function condition(
  name: string,
  files: readonly File[],
  falco: string,
  options: Options = {},
): PortedCase {
  return {
    name,
    falco,
    ours: () => {
      const explanation = mustLoad(files, options).explain("R", makeChdir());
      return explanation.judged ? written(explanation.condition) : "not judged";
    },
    ...(options.differs !== undefined && { differs: options.differs }),
  };
}

/** Names of the rules that are loaded and on, in order. */
export function leaves(name: string, files: readonly File[], falco: readonly string[]): PortedCase {
  return {
    name,
    falco,
    ours: () =>
      mustLoad(files)
        .rules.filter(({ enabled }) => enabled)
        .map((one) => one.name),
  };
}

function written(part: ExplainedCondition): string {
  switch (part.kind) {
    case "and":
    case "or":
      return `(${part.operands.map(written).join(` ${part.kind} `)})`;
    case "not":
      return `not ${written(part.operand)}`;
    case "macro":
      return written(part.condition);
    case "compare":
      return part.text;
    case "cut":
      return "...";
  }
}

function load(files: readonly File[], { fields, plugins }: Options): ReturnType<typeof loadRules> {
  const sources = files.map((file, i) => ({
    name: `${i}.yaml`,
    text: typeof file === "string" ? file : JSON.stringify(file),
  }));
  return loadRules(sources, { ...(fields && { fields }), ...(plugins && { plugins }) });
}

function mustLoad(files: readonly File[], options: Options = {}): RuleSet {
  const loaded = load(files, options);
  if (!loaded.ok) throw new Error(loaded.diagnostics.map((one) => formatDiagnostic(one)).join("\n"));
  return loaded.rules;
}

/** Warnings of ours that Falco has no code for. */
const ownCodes: ReadonlySet<string> = new Set(["LOAD_UNKNOWN_KEY", "LOAD_NEVER_MATCHES"]);

function codesOf(all: readonly Diagnostic[], severity: Diagnostic["severity"]): readonly string[] {
  const codes = all
    .filter((one) => one.severity === severity && !ownCodes.has(one.code))
    .map(({ code }) => code);
  return [...new Set(codes)].sort();
}
