import { TraceError } from "@sentrytap/core";
import { didYouMean } from "../nearest.ts";
import type { BytesFormat } from "./printed.ts";

/** What is added to the output of rules: an entry of Falco's `append_output`. */
export interface AppendOutput {
  /** The rules that it is added to: those of which all of this is true. Default: every rule. */
  readonly match?: {
    readonly source?: string;
    /** All of them are tags of the rule. */
    readonly tags?: readonly string[];
    /** The name of the one rule. */
    readonly rule?: string;
  };
  /** A format that stands behind the rule's own output, with a blank between: `grandparent=%proc.aname[2]`. */
  readonly extraOutput?: string;
  /**
   * What is added to the output's fields, and not to its text: names of fields, whose values are added as they are, and
   * formats by the name that what they print has. A later entry takes the place of one before it, and of the rule's own
   * field of that name.
   */
  readonly extraFields?: readonly (string | Readonly<Record<string, string>>)[];
  /** Whether {@link containerOutput} is added, which Falco's container plugin suggests. Default false. */
  readonly suggestedOutput?: boolean;
}

/** Options of the outputs that rules write. */
export interface OutputOptions {
  /** What is added to the outputs of rules, in this order. Default: nothing. */
  readonly append?: readonly AppendOutput[];
  /**
   * Characters that a value may have in an output and in its fields; what is longer is cut, and ends in `...`. Sandboxes
   * choose names, arguments and environments as long as they like. Default 65,536.
   */
  readonly maxValueLength?: number;
  /**
   * Characters that an output may have, likewise, and its fields together: once they have as many, a value of each further
   * one has 1,000 at most. Default 262,144.
   */
  readonly maxOutputLength?: number;
  /**
   * Whether the fields of an output have what functions in it make of them, too, by what is written:
   * `toupper(proc.name)`. Falco's have not. Default false.
   */
  readonly transformedFields?: boolean;
  /** How data is printed: `text` has a dot for each byte that does not print. Default `text`. */
  readonly bytes?: BytesFormat;
}

/** How outputs show what they name, and what they have to keep within. */
export interface OutputStyle {
  readonly maxValueLength: number;
  readonly maxOutputLength: number;
  readonly bytes: BytesFormat;
  readonly transformedFields: boolean;
}

/**
 * What Falco 0.43 with its default configuration and its container plugin adds to the outputs of rules. What the option
 * `containers` does not tell prints as `<NA>`.
 */
export const containerOutput: string = [
  "container_id=%container.id",
  "container_name=%container.name",
  "container_image_repository=%container.image.repository",
  "container_image_tag=%container.image.tag",
  "k8s_pod_name=%k8s.pod.name",
  "k8s_ns_name=%k8s.ns.name",
].join(" ");

/** What Falco adds for gVisor (`-p container-gvisor`): the ids that process and thread have in their sandbox. */
export const gvisorOutput: string = "vpid=%proc.vpid vtid=%thread.vtid";

/** The least that a limit can be. */
const leastLength = 16;

/** The options with their defaults. Throws `ERR_INVALID_ARGUMENT` where one is wrong. */
export function readOutputStyle({
  maxValueLength = 65_536,
  maxOutputLength = 262_144,
  bytes = "text",
  transformedFields = false,
}: OutputOptions): OutputStyle {
  for (const [name, value] of Object.entries({ maxValueLength, maxOutputLength })) {
    if (!Number.isSafeInteger(value) || value < leastLength) {
      throw wrong(`${name} must be a whole number of at least ${leastLength}, not ${String(value)}`);
    }
  }
  const formats: readonly string[] = ["text", "base64", "hex"];
  if (!formats.includes(bytes))
    throw wrong(`bytes must be one of ${formats.join(", ")}, not ${String(bytes)}`);
  return { maxValueLength, maxOutputLength, bytes, transformedFields };
}

/** What is thrown for an output option that is wrong. */
export function wrong(message: string): TraceError {
  return new TraceError("ERR_INVALID_ARGUMENT", `output: ${message}`);
}

const optionNames = {
  output: ["append", "maxValueLength", "maxOutputLength", "bytes", "transformedFields"],
  append: ["match", "extraOutput", "extraFields", "suggestedOutput"],
  match: ["source", "tags", "rule"],
} as const;

/** A misspelt option would do nothing, and nobody would know. */
export function checkNames(options: object, kind: keyof typeof optionNames, where: string): void {
  const names: readonly string[] = optionNames[kind];
  const unknown = Object.keys(options).find((key) => !names.includes(key));
  if (unknown === undefined) return;
  throw wrong(`${where} has no "${unknown}"${didYouMean(unknown, names, `there is ${names.join(", ")}`)}`);
}
