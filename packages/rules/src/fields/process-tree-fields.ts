import type { Process } from "@sentrytap/state";
import { define } from "./define.ts";
import type { Field } from "./field.ts";
import { ancestors, maxGenerations } from "./process-ancestry.ts";
import {
  argumentsText,
  commandLine,
  environmentText,
  environmentVariable,
  parentOf,
  programPath,
} from "./process-text.ts";

// "The" parent, and an ancestor by its number, are those that Falco means: an orphan's parent is who adopted it. Ancestors
// of any generation are those who made a process: who starts a program from one that ends at once does not escape them.

/** The process itself for 0, its parent for 1, and so on. */
function generation(process: Process, count: number): Process | undefined {
  let ancestor: Process | undefined = process;
  for (let i = 0; ancestor !== undefined && i < Math.min(count, maxGenerations); i++)
    ancestor = parentOf(ancestor);
  return ancestor;
}

const ofAncestors = ["context:thread_id", "lineage", "programs"] as const;

function parentText(name: string, description: string, read: (parent: Process) => string): Field {
  return define({
    name,
    type: "string",
    description,
    needs: ofAncestors,
    read: ({ thread }) => {
      const parent = thread && parentOf(thread.process);
      return parent && read(parent);
    },
  });
}

/** A field of ancestors: of one generation where an argument says which, else of any. */
function ancestorText(name: string, description: string, read: (ancestor: Process) => string): Field {
  return define({
    name,
    type: "string",
    argument: "index",
    many: "any",
    description: `${description} of an ancestor: with an index of that generation (1 is the parent), else of any.`,
    needs: ofAncestors,
    read: ({ thread }, index) => {
      if (thread === undefined) return undefined;
      if (index === undefined || index < 0) return readAll(thread.process, read);
      const ancestor = generation(thread.process, index);
      return ancestor && [read(ancestor)];
    },
  });
}

/** No ancestors at all is no value: `exists` is false then. */
function readAll<T>(process: Process, read: (ancestor: Process) => T): readonly T[] | undefined {
  const values = Array.from(ancestors(process), read);
  return values.length > 0 ? values : undefined;
}

const name = (process: Process): string => process.name ?? "";
const exe = (process: Process): string => process.exe ?? "";
const exepath = (process: Process): string => programPath(process) ?? "";

/** `proc.*` of parents and ancestors. */
export const processTreeFields: readonly Field[] = [
  parentText("proc.pname", "Name of the parent's program.", name),
  parentText("proc.pexe", "First argument of the parent.", exe),
  parentText("proc.pexepath", "Absolute path of the parent's program.", exepath),
  parentText("proc.pcmdline", "Name and arguments of the parent.", (parent) => commandLine(parent)),
  ancestorText("proc.aname", "Name", name),
  ancestorText("proc.aexe", "First argument", exe),
  ancestorText("proc.aexepath", "Absolute path of the program", exepath),
  ancestorText("proc.acmdline", "Name and arguments", (ancestor) => commandLine(ancestor)),
  ancestorText("proc.aargs", "Arguments", argumentsText),
  define({
    name: "proc.aenv",
    type: "string",
    argument: "word",
    many: "any",
    description: "Environment of an ancestor: with a name, the nearest value of that variable.",
    needs: [...ofAncestors, "optional:envv", "optional:env"],
    read: ({ thread }, argument) => {
      if (thread === undefined) return undefined;
      const { process } = thread;
      if (argument === undefined) return readAll(process, environmentText);
      if (/^[0-9]{1,3}$/.test(argument)) {
        const ancestor = generation(process, Number(argument));
        return ancestor && [environmentText(ancestor)];
      }
      for (const ancestor of ancestors(process)) {
        const value = environmentVariable(ancestor, argument);
        if (value !== "") return [value];
      }
      return [""];
    },
  }),
  define({
    name: "proc.apid",
    type: "number",
    argument: "index",
    many: "any",
    description: "Id of an ancestor: with an index of that generation (1 is the parent), else of any.",
    needs: ["context:thread_id", "lineage"],
    read: ({ thread }, index) => {
      if (thread === undefined) return undefined;
      if (index === undefined || index < 0) return readAll(thread.process, ({ pid }) => pid);
      const ancestor = generation(thread.process, index);
      return ancestor && [ancestor.pid];
    },
  }),
  define({
    name: "proc.loginshellid",
    type: "number",
    description: "Id of the oldest of the process and its ancestors whose name ends with sh.",
    needs: ofAncestors,
    read: ({ thread }) => {
      if (thread === undefined) return undefined;
      const line = [thread.process, ...ancestors(thread.process)];
      return line.findLast((process) => name(process).endsWith("sh"))?.pid;
    },
  }),
];
