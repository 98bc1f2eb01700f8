import { type JsonNode, type JsonNodeOf, kindNames } from "../json/json-node.ts";
import { ofKind } from "../json/of-kind.ts";
import { meant, type Problems, quoted } from "../json/problems.ts";

/** The values of an object, read key by key; what is wrong with one is told, and read as absent. As in gVisor, so is null. */
export interface Members {
  /** Of the object. */
  readonly offset: number;
  get(key: string): JsonNode | undefined;
  text(key: string): JsonNodeOf<"string"> | undefined;
  flag(key: string): boolean | undefined;
  list(key: string): readonly JsonNode[] | undefined;
  object(key: string): JsonNodeOf<"object"> | undefined;
  /** Told as an error. */
  wrong(message: string, at: JsonNode): void;
}

class ObjectMembers implements Members {
  readonly offset: number;
  readonly #values: ReadonlyMap<string, JsonNode>;
  readonly #problems: Problems;

  constructor(offset: number, values: ReadonlyMap<string, JsonNode>, problems: Problems) {
    this.offset = offset;
    this.#values = values;
    this.#problems = problems;
  }

  get(key: string): JsonNode | undefined {
    return this.#values.get(key);
  }

  text(key: string): JsonNodeOf<"string"> | undefined {
    return this.#of(key, "string");
  }

  flag(key: string): boolean | undefined {
    return this.#of(key, "boolean")?.value;
  }

  list(key: string): readonly JsonNode[] | undefined {
    return this.#of(key, "array")?.items;
  }

  object(key: string): JsonNodeOf<"object"> | undefined {
    return this.#of(key, "object");
  }

  wrong(message: string, { offset }: JsonNode): void {
    this.#problems.error(message, offset);
  }

  #of<Kind extends JsonNode["kind"]>(key: string, kind: Kind): JsonNodeOf<Kind> | undefined {
    const node = this.get(key);
    if (node === undefined || node.kind === "null") return undefined;
    return ofKind(node, kind, quoted(key), this.#problems);
  }
}

/** The members of `node`, which can have `keys` and no others; `undefined` where it is no object, which is told. */
export function membersOf(
  node: JsonNode,
  keys: readonly string[],
  what: string,
  problems: Problems,
): Members | undefined {
  const object = ofKind(node, "object", what, problems);
  if (object === undefined) return undefined;
  const values = new Map<string, JsonNode>();
  for (const { key, offset, value } of object.members) {
    if (!keys.includes(key)) {
      const hint = meant(key, keys, `there are ${keys.join(", ")}`);
      problems.error(
        `${what} has no key ${quoted(key)}, and gVisor takes none that it does not know`,
        offset,
        hint,
      );
    } else if (values.has(key)) {
      problems.error(`the key ${quoted(key)} is there twice: take one out`, offset);
    } else {
      values.set(key, value);
    }
  }
  return new ObjectMembers(object.offset, values, problems);
}

/** The strings of a list. */
export function textsIn(members: Members, key: string): readonly JsonNodeOf<"string">[] {
  const texts: JsonNodeOf<"string">[] = [];
  for (const item of members.list(key) ?? []) {
    if (item.kind === "string") texts.push(item);
    else members.wrong(`"${key}" must have strings, not ${kindNames[item.kind]}`, item);
  }
  return texts;
}
