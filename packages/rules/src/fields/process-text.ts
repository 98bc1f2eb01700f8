import type { Process, Thread } from "@sentrytap/state";
import { joinedText } from "./joined-text.ts";

/**
 * The parent as getppid(2) has it, and Falco: that of an orphan is who adopted it. Where that one is not known, who made
 * it.
 */
export function parentOf(process: Process): Process | undefined {
  return process.currentParent ?? process.parent;
}

/** The arguments, with blanks between them. */
export function argumentsText({ args }: Process): string {
  return joinedText(args);
}

/** The environment, likewise. */
export function environmentText({ env }: Process): string {
  return joinedText(env);
}

/** Name and arguments: `proc.cmdline`. */
export function commandLine(process: Process, name: string | undefined = process.name): string {
  const rest = argumentsText(process);
  return rest === "" && (process.args?.length ?? 0) === 0 ? (name ?? "") : `${name ?? ""} ${rest}`;
}

/** First argument as it was given, and the others: `proc.exeline`. */
export function exeLine(process: Process): string {
  return `${process.exe ?? ""} ${argumentsText(process)}`;
}

/** The name of the thread, which is the process's until it changes. */
export function threadName(thread: Thread): string {
  return thread.name ?? thread.process.name ?? "";
}

/** The working directory, with a slash at its end. */
export function workingDirectory({ cwd }: Process): string {
  if (cwd === undefined || cwd === "") return "";
  return cwd.endsWith("/") ? cwd : `${cwd}/`;
}

/** The value of a variable of the environment; empty where it is not set. */
export function environmentVariable({ env }: Process, name: string): string {
  const prefix = `${name}=`;
  return env?.find((variable) => variable.startsWith(prefix))?.slice(prefix.length) ?? "";
}

/** Length of `text` in bytes of UTF-8. */
export function byteLength(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) continue;
    // Either half of a surrogate pair stands for two of its four bytes.
    length += code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 1 : 2;
  }
  return length;
}

const deleted = " (deleted)";

/** Path of the program's file, as it was before somebody deleted it, which gVisor tells behind it. */
export function programPath({ exepath }: Process): string | undefined {
  return exepath !== undefined && exepath.length > deleted.length && exepath.endsWith(deleted)
    ? exepath.slice(0, -deleted.length)
    : exepath;
}
