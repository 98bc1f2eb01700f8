import { TraceError } from "@sentrytap/core";
import { readFileState } from "./file-state.ts";
import { installError } from "./install-error.ts";
import type { RuntimeRecord } from "./runtime-entry.ts";

/** What was installed into a daemon.json, kept in a file beside it: so that all of it is taken back, and nothing else. */
export interface Receipt {
  readonly version: 1;
  /** Whether there was no daemon.json before. */
  readonly createdFile: boolean;
  /** Whether there was no key `runtimes` in it before. */
  readonly createdRuntimes: boolean;
  /** Hash of daemon.json as it was left; null where others changed it before more was installed. */
  readonly left: string | null;
  /** What was added, by the name of the runtime. */
  readonly runtimes: Readonly<Record<string, RuntimeRecord>>;
  /** Files that were written, by path, with the hashes of what may be in them: of the last text, and of the one before. */
  readonly files: Readonly<Record<string, readonly string[]>>;
  /** Folders that were made, outer ones first. */
  readonly folders: readonly string[];
}

/** A receipt, and the text that it was read from. */
export interface KeptReceipt {
  readonly receipt: Receipt;
  readonly text: string;
}

/** What was added to `runtime`. Its name can be one that every object has, such as `constructor`. */
export function recordOf({ runtimes }: Receipt, runtime: string): RuntimeRecord | undefined {
  return Object.hasOwn(runtimes, runtime) ? runtimes[runtime] : undefined;
}

/** The receipt as the text of its file. */
export function receiptText(receipt: Receipt): string {
  return `${JSON.stringify(receipt, undefined, 2)}\n`;
}

/**
 * The receipt at `path`; `undefined` where there is none.
 *
 * @throws {TraceError} `ERR_INSTALL` where it is not as it was written.
 */
export async function readReceipt(path: string): Promise<KeptReceipt | undefined> {
  const file = await readFileState(path);
  if (file === undefined) return undefined;
  const wrong = `${path} is not as it was written, so that what was installed is not known: mend or remove it`;
  try {
    const receipt: unknown = JSON.parse(file.text);
    if (isReceipt(receipt)) return { receipt, text: file.text };
  } catch (error) {
    throw installError(error, wrong);
  }
  throw new TraceError("ERR_INSTALL", wrong);
}

function isReceipt(value: unknown): value is Receipt {
  return (
    isObject(value) &&
    value["version"] === 1 &&
    typeof value["createdFile"] === "boolean" &&
    typeof value["createdRuntimes"] === "boolean" &&
    (value["left"] === null || typeof value["left"] === "string") &&
    isObject(value["runtimes"]) &&
    Object.values(value["runtimes"]).every(isRecord) &&
    isObject(value["files"]) &&
    Object.values(value["files"]).every(areTexts) &&
    areTexts(value["folders"])
  );
}

const additions: ReadonlySet<unknown> = new Set<RuntimeRecord["added"]>([
  "runtime",
  "runtimeArgs",
  "argument",
  "value",
]);

function isRecord(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof value["podInit"] === "string" &&
    additions.has(value["added"]) &&
    typeof value["before"] === (value["added"] === "value" ? "string" : "undefined")
  );
}

function areTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
