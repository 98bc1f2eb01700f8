import { TraceError } from "@sentrytap/core";
import { addItem, addMember, removeItem, removeMember, replaceString } from "../json/json-edit.ts";
import { type DaemonJson, readDaemonJson } from "./daemon-json.ts";

/** What was added to daemon.json so that a runtime has its `--pod-init-config`: what to take out again. */
export interface RuntimeRecord {
  /** The value that was given. */
  readonly podInit: string;
  /** A runtime, or a list of arguments in one, or an argument in it; or the argument's value, in the place of another. */
  readonly added: "runtime" | "runtimeArgs" | "argument" | "value";
  /** The value that stood there, where it was a value. */
  readonly before?: string;
}

/** daemon.json with a change in it, and what the change was. */
export interface RuntimeEdit {
  readonly text: string;
  readonly record: RuntimeRecord;
}

/** What sandboxes of a runtime are to be given. */
export interface RuntimeEntry {
  readonly runtime: string;
  /** Path of runsc, for a runtime that is not there yet. */
  readonly runsc: string;
  readonly podInit: string;
}

/** daemon.json with `--pod-init-config` for a runtime; `undefined` where it has it. All else in it stays as it is. */
export function addPodInit(daemon: DaemonJson, entry: RuntimeEntry): RuntimeEdit | undefined {
  const { text, root, runtimes, runtime } = daemon;
  const { podInit } = entry;
  const argument = argumentOf(podInit);
  if (runtime === undefined) {
    const added = { path: entry.runsc, runtimeArgs: [argument] };
    const edited =
      runtimes === undefined
        ? addMember(text, root, "runtimes", { [entry.runtime]: added })
        : addMember(text, runtimes, entry.runtime, added);
    return { text: edited, record: { podInit, added: "runtime" } };
  }
  const { node, args, podInit: found } = runtime;
  if (args === undefined) {
    const edited = addMember(text, node, "runtimeArgs", [argument]);
    return { text: edited, record: { podInit, added: "runtimeArgs" } };
  }
  if (found === undefined) {
    return { text: addItem(text, args, argument), record: { podInit, added: "argument" } };
  }
  if (found.value === podInit) return undefined;
  const edited = replaceString(text, found.node, valueIn(found.node.value, podInit));
  return { text: edited, record: { podInit, added: "value", before: found.value } };
}

/**
 * daemon.json as it was before {@link addPodInit}, as far as that is about the runtime: what others added to the runtime
 * since stays, and keeps it there. `undefined` where the runtime no longer has what was given to it.
 */
export function takePodInitBack(
  daemon: DaemonJson,
  name: string,
  runtime: string,
  { podInit, added, before }: RuntimeRecord,
): string | undefined {
  const found = daemon.runtime?.podInit;
  if (found?.value !== podInit) return undefined;
  if (added === "value" && before !== undefined) {
    return replaceString(daemon.text, found.node, valueIn(found.node.value, before));
  }
  const args = daemon.runtime?.args;
  if (args === undefined || found.node.value !== argumentOf(podInit)) return undefined;
  const again = (text: string): DaemonJson => readDaemonJson(text, name, runtime);
  let now = again(removeItem(daemon.text, args, args.items.indexOf(found.node)));
  if (added === "argument") return now.text;
  now = again(withoutEmptyList(now));
  return added === "runtime" ? withoutBareRuntime(now, runtime) : now.text;
}

/** daemon.json without the key `runtimes` where nothing is in it any more. */
export function withoutEmptyRuntimes({ text, root, runtimes }: DaemonJson): string {
  if (runtimes === undefined || runtimes.members.length > 0) return text;
  return removeMember(text, root, indexOf(root.members, "runtimes"));
}

function argumentOf(podInit: string): string {
  return `--pod-init-config=${podInit}`;
}

/** The value may be an argument of its own, or stand behind a "=". */
function valueIn(written: string, value: string): string {
  const flag = /^--?pod-init-config=/.exec(written)?.[0] ?? "";
  return flag + value;
}

function withoutEmptyList({ text, runtime }: DaemonJson): string {
  if (runtime?.args === undefined || runtime.args.items.length > 0) return text;
  return removeMember(text, runtime.node, indexOf(runtime.node.members, "runtimeArgs"));
}

function withoutBareRuntime({ text, runtimes, runtime }: DaemonJson, name: string): string {
  if (runtimes === undefined || runtime === undefined || runtime.node.members.length > 1) return text;
  return removeMember(text, runtimes, indexOf(runtimes.members, name));
}

function indexOf(members: readonly { readonly key: string }[], key: string): number {
  const index = members.findIndex((member) => member.key === key);
  if (index < 0) throw new TraceError("ERR_DAEMON_JSON", `there is no key ${JSON.stringify(key)}`);
  return index;
}
