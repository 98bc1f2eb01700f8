import {
  type Condition,
  createFieldRegistry,
  type FieldReference,
  type FieldRegistry,
  type FieldType,
  type Operand,
  type RightSide,
} from "@sentrytap/rules";
import type { TrackedEvent } from "@sentrytap/state";
import { fieldNames } from "./fields.ts";
import { fieldOf, type Value, type Values } from "./values.ts";

// Fields that read Falco's record of an event: with them our rule engine judges what Falco judged.

const prefix = "falco.";
const argumentPrefix = "evt.arg.";

/** An event that has nothing but Falco's record of it. */
interface Recorded {
  readonly direction: "exit";
  readonly type: "recorded";
  readonly falco: Values;
}

/** Falco's record of an event, for rules over the fields of {@link falcoFields}. */
export function recordedEvent(falco: Values): TrackedEvent {
  const recorded: Recorded = { direction: "exit", type: "recorded", falco };
  // Only those fields are read, and they read nothing else.
  return recorded as unknown as TrackedEvent;
}

function recordOf(event: TrackedEvent): Values {
  return (event as unknown as Recorded).falco; // made by recordedEvent
}

/** Falco's fields, each once more with `falco.` before its name, which reads Falco's record. */
export function falcoFields(): FieldRegistry {
  const registry = createFieldRegistry();
  const types = new Map(Array.from(registry, ({ name, type }) => [name, type]));
  for (const name of new Set(fieldNames.map((each) => each.replace(/\[.*/, "")))) {
    const type = types.get(name);
    if (type === undefined || name === "evt.args") continue;
    if (name === "proc.aname") registerAncestors(registry);
    else register(registry, name, type, (falco) => fieldOf(falco, name));
  }
  for (const side of ["c", "s", "l", "r"]) {
    register(registry, `fd.${side}net`, "net", (falco) => fieldOf(falco, `fd.${side}ip`));
  }
  return registry;
}

function register(
  registry: FieldRegistry,
  name: string,
  type: FieldType,
  read: (falco: Values) => Value,
): void {
  registry.register<FieldType>({
    name: prefix + name,
    type,
    description: "As Falco has it.",
    read: (event) => {
      const value = read(recordOf(event));
      if (value === null) return undefined;
      return type === "time" || type === "duration" ? BigInt(value) : value;
    },
  });
}

function registerAncestors(registry: FieldRegistry): void {
  registry.register<"string", "index">({
    name: `${prefix}proc.aname`,
    type: "string",
    argument: "index",
    description: "As Falco has it.",
    read: (event, index) => {
      const name = fieldOf(recordOf(event), `proc.aname[${index}]`);
      return name === null ? undefined : String(name);
    },
  });
}

/** `condition` over Falco's records; `undefined` where it reads what they do not have. */
export function overRecords(condition: Condition): Condition | undefined {
  try {
    return rename(condition);
  } catch (error) {
    if (error instanceof NotRecorded) return undefined;
    throw error;
  }
}

class NotRecorded extends Error {}

const nets: ReadonlySet<string> = new Set(["fd.cnet", "fd.snet", "fd.lnet", "fd.rnet"]);

function rename(condition: Condition): Condition {
  switch (condition.kind) {
    case "and":
    case "or":
      return { ...condition, operands: condition.operands.map(rename) };
    case "not":
      return { ...condition, operand: rename(condition.operand) };
    case "compare":
      return { ...condition, left: renameOperand(condition.left), right: renameRight(condition.right) };
    case "exists":
      return { ...condition, left: renameOperand(condition.left) };
    case "macro":
      return condition;
  }
}

function renameRight(right: RightSide): RightSide {
  return right.kind === "literal" || right.kind === "list" ? right : renameOperand(right);
}

function renameOperand(operand: Operand): Operand {
  if (operand.kind === "transformed") return { ...operand, operand: renameOperand(operand.operand) };
  const written = operand.argument === undefined ? operand.name : `${operand.name}[${operand.argument}]`;
  if (written === "evt.args" || (!fieldNames.includes(written) && !nets.has(written)))
    throw new NotRecorded();
  return { ...operand, name: prefix + operand.name } satisfies FieldReference;
}

/** Whether the field `name`, as a rule writes it, tells of the compared field `compared`: they differ together. */
export function tellsOf(name: string, compared: string): boolean {
  if (name === compared) return true;
  const bare = bareName(name);
  if (bare === "evt.args" || bare === "evt.info" || bare === "evt.arg" || bare.startsWith("evt.rawarg")) {
    return compared.startsWith("argument ");
  }
  if (bare.startsWith(argumentPrefix)) return compared === `argument ${bare.slice(argumentPrefix.length)}`;
  return partsOf(bare).includes(compared);
}

/** The name of a field without its argument. */
export function bareName(name: string): string {
  return name.replace(/\[.*/s, "");
}

/** The compared fields of which another is made. */
function partsOf(name: string): readonly string[] {
  const side = /^fd\.([cslr])(?:net|proto)$/.exec(name)?.[1];
  if (side !== undefined) return [`fd.${side}ip`, `fd.${side}port`];
  return parts[name] ?? [];
}

const ends = ["fd.cip", "fd.sip", "fd.cport", "fd.sport", "fd.type"];

const parts: Readonly<Record<string, readonly string[]>> = {
  "fd.ip": ends,
  "fd.port": ends,
  "fd.net": ends,
  "fd.proto": ends,
  "fd.nameraw": ["fd.name"],
  "fd.uid": ["fd.num"],
  "fs.path.nameraw": ["fs.path.name"],
  "evt.buflen": ["fd.type"],
  "proc.aname": ["proc.pname", "proc.aname[2]", "proc.aname[3]"],
  "proc.apid": ["proc.pvpid"],
  "proc.cmdlenargs": ["proc.args"],
};
