import type { Scalar } from "yaml";

/** A YAML value, aliases followed; `null` for one that is empty, `null` or `~`. */
export type YamlValue =
  | {
      readonly kind: "scalar";
      readonly text: string;
      readonly scalar: WrittenScalar;
      readonly offset: number;
    }
  | { readonly kind: "sequence"; readonly items: readonly unknown[]; readonly offset: number }
  | { readonly kind: "map"; readonly pairs: readonly YamlPair[]; readonly offset: number }
  | { readonly kind: "null"; readonly offset: number };

/** How a scalar is written, and from where to where. */
export type WrittenScalar = Pick<Scalar, "type" | "range">;

/** A key with its value. */
export interface YamlPair {
  readonly key: unknown;
  /** What is written for the key; `undefined` where that is no scalar. */
  readonly name: string | undefined;
  readonly value: unknown;
}

/** The documents of one file. */
export interface YamlDocuments {
  readonly roots: readonly YamlValue[];
  /** What a node says. */
  value(node: unknown, fallbackOffset?: number): YamlValue;
}

/** Whether what is written without quotes stands for nothing. */
export function saysNothing(text: string): boolean {
  return /^(?:|~|null|Null|NULL)$/.test(text);
}
