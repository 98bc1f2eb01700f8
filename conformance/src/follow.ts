import type { Difference } from "./difference.ts";
import { fieldOf, type Value, type Values } from "./values.ts";

// Fields that are made of other fields: where these differ, so do those, and for no reason of their own.

interface Made {
  readonly field: string;
  readonly of: readonly string[];
  /** The value that follows from the others. */
  make(values: Values): Value;
}

function same(field: string, as: string): Made {
  return { field, of: [as], make: (values) => fieldOf(values, as) };
}

function line(field: string, first: string): Made {
  return {
    field,
    of: [first, "proc.args"],
    make: (values) => {
      const bare = field === "proc.cmdline" && values["proc.cmdnargs"] === 0;
      return bare ? fieldOf(values, first) : `${values[first]} ${values["proc.args"]}`;
    },
  };
}

/** A path as an argument prints it: of one that is relative the meaning follows, of a deleted file that it is deleted. */
function withMeaning(values: Values, field: string): Value {
  const path = fieldOf(values, field);
  const printed = fieldOf(values, "argument trusted_exepath");
  if (typeof printed !== "string") return path;
  return printed === `${path} (deleted)` || printed.startsWith(`${path}(`) ? printed : path;
}

const made: ReadonlyMap<string, Made> = new Map(
  [
    line("proc.cmdline", "proc.name"),
    line("proc.exeline", "proc.exe"),
    same("argument exe", "proc.exe"),
    same("argument comm", "proc.name"),
    {
      ...same("argument trusted_exepath", "proc.exepath"),
      make: (values: Values) => withMeaning(values, "proc.exepath"),
    },
  ].map((each) => [each.field, each]),
);

/** The fields that `difference` follows from: each side's value is made of its own values of those. */
export function sourcesOf({ field, ours, falco, pair }: Difference): readonly string[] {
  const rule = made.get(field);
  if (rule === undefined) return [];
  return rule.make(pair.ours.values) === ours && rule.make(pair.falco) === falco ? rule.of : [];
}
