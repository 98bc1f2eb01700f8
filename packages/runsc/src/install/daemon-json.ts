import { TraceError } from "@sentrytap/core";
import type { JsonNode, JsonNodeOf } from "../json/json-node.ts";
import { ofKind } from "../json/of-kind.ts";
import { parseJson } from "../json/parse-json.ts";
import { createProblems, type Problems, quoted } from "../json/problems.ts";
import { formatSessionProblem } from "../session-file/session-file.ts";

/** Docker's daemon.json, as far as it is about one runtime. */
export interface DaemonJson {
  readonly text: string;
  readonly root: JsonNodeOf<"object">;
  readonly runtimes: JsonNodeOf<"object"> | undefined;
  readonly runtime: Runtime | undefined;
  /** The pod-init file of each runtime that has one. */
  readonly podInits: ReadonlyMap<string, string>;
}

/** What daemon.json says of a runtime. */
export interface Runtime {
  readonly node: JsonNodeOf<"object">;
  /** As it is written there: a path, or a name to be looked for. */
  readonly path: string;
  readonly args: JsonNodeOf<"array"> | undefined;
  /** The value of `--pod-init-config`, and where it stands. */
  readonly podInit: { readonly value: string; readonly node: JsonNodeOf<"string"> } | undefined;
}

/** Characters that a daemon.json may have: many times more than one with every key. */
const maxLength = 1024 * 1024;

/**
 * Reads daemon.json. As for Docker, one that is empty has no keys. `name` is what messages call the file.
 *
 * @throws {TraceError} `ERR_DAEMON_JSON` where it is no JSON, or what it says of `runtime` is of another shape than Docker's:
 * the message has file, line and column.
 */
export function readDaemonJson(text: string, name: string, runtime: string): DaemonJson {
  const problems = createProblems(text, name);
  const daemon = read(text, runtime, problems);
  if (daemon !== undefined && !problems.failed) return daemon;
  throw new TraceError("ERR_DAEMON_JSON", problems.all.map(formatSessionProblem).join("\n"));
}

function read(text: string, name: string, problems: Problems): DaemonJson | undefined {
  if (text.length > maxLength) {
    problems.error(`${text.length} characters long: a daemon.json has at most ${maxLength}`, 0);
    return undefined;
  }
  if (text.trim() === "") {
    const root = { kind: "object", offset: 0, end: 2, members: [] } as const;
    return { text: "{}\n", root, runtimes: undefined, runtime: undefined, podInits: new Map() };
  }
  // A byte order mark, which Docker allows.
  const start = text.startsWith("\ufeff") ? " " : "";
  const parsed = parseJson(start + text.slice(start.length));
  if ("message" in parsed) {
    problems.error(`no JSON: ${parsed.message}`, parsed.offset);
    return undefined;
  }
  const root = ofKind(parsed, "object", "the file", problems);
  const runtimes = root && memberOf(root, "runtimes", "object", problems);
  const node = runtimes && memberOf(runtimes, name, "object", problems);
  const runtime = node && readRuntime(node, name, problems);
  return root && { text, root, runtimes, runtime, podInits: podInitsOf(runtimes) };
}

function readRuntime(node: JsonNodeOf<"object">, name: string, problems: Problems): Runtime | undefined {
  const path = memberOf(node, "path", "string", problems);
  const args = memberOf(node, "runtimeArgs", "array", problems);
  if (path === undefined || path.value === "") {
    const hint = memberOf(node, "runtimeType", "string", problems)
      ? ': it is a shim, which takes "pod-init-config" from the file that its ConfigPath names'
      : "";
    problems.error(`the runtime ${quoted(name)} has no "path" of a runsc${hint}`, node.offset);
    return undefined;
  }
  const items = (args?.items ?? []).map((item) => ofKind(item, "string", "an argument", problems));
  return { node, path: path.value, args, podInit: podInitOf(items.filter((item) => item !== undefined)) };
}

/** Of runtimes of whatever shape: what is wrong with others is for others to say. */
function podInitsOf(runtimes: JsonNodeOf<"object"> | undefined): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { key, value } of runtimes?.members ?? []) {
    const members = value.kind === "object" ? value.members : [];
    const args = members.find((member) => member.key === "runtimeArgs")?.value;
    const items = args?.kind === "array" ? args.items.filter((item) => item.kind === "string") : [];
    const podInit = podInitOf(items);
    if (podInit !== undefined) found.set(key, podInit.value);
  }
  return found;
}

const flag = /^--?pod-init-config(=|$)/;

/** The last one, as it is that counts; its value stands behind a "=", or is the next argument. */
function podInitOf(items: readonly JsonNodeOf<"string">[]): Runtime["podInit"] {
  const at = items.findLastIndex(({ value }) => flag.test(value));
  const node = items[at];
  if (node === undefined) return undefined;
  const equals = node.value.indexOf("=");
  if (equals >= 0) return { value: node.value.slice(equals + 1), node };
  const next = items[at + 1];
  return next && { value: next.value, node: next };
}

/** The value of a key that is there once or not at all. */
function memberOf<Kind extends JsonNode["kind"]>(
  { members }: JsonNodeOf<"object">,
  key: string,
  kind: Kind,
  problems: Problems,
): JsonNodeOf<Kind> | undefined {
  const [member, second] = members.filter((one) => one.key === key);
  if (second !== undefined) {
    problems.error(`the key ${quoted(key)} is there twice: take one out`, second.offset);
  }
  return member && ofKind(member.value, kind, quoted(key), problems);
}
