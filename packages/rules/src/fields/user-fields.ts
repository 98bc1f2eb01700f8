import { define } from "./define.ts";
import type { Field, FieldNeed } from "./field.ts";

const identity: readonly FieldNeed[] = ["context:thread_id", "context:credentials", "identities", "lineage"];

/** The users and groups of a sandbox are not known by name, but for root; Falco too says `<NA>` for those. */
function nameOf(id: number | undefined): string | undefined {
  if (id === undefined) return undefined;
  return id === 0 ? "root" : "<NA>";
}

/** `user.*` and `group.*`. */
export const userFields: readonly Field[] = [
  define({
    name: "user.uid",
    type: "uint32",
    description: "Effective user id.",
    needs: identity,
    read: ({ thread }) => thread?.credentials?.effectiveUid,
  }),
  define({
    name: "user.name",
    type: "string",
    description: "root, or <NA>: the names of a sandbox's other users are not known.",
    needs: identity,
    read: ({ thread }) => nameOf(thread?.credentials?.effectiveUid),
  }),
  define({
    name: "user.loginuid",
    type: "number",
    description: "Always -1: nobody logs in to a sandbox.",
    constant: -1,
    needs: ["context:thread_id"],
    read: ({ thread }) => thread && -1,
  }),
  define({
    name: "user.loginname",
    type: "string",
    description: "Always <NA>: nobody logs in to a sandbox.",
    constant: "<NA>",
    needs: ["context:thread_id"],
    read: ({ thread }) => thread && "<NA>",
  }),
  define({
    name: "user.homedir",
    type: "string",
    description: "/root for root, else <NA>.",
    needs: identity,
    read: ({ thread }) => {
      const uid = thread?.credentials?.effectiveUid;
      if (uid === undefined) return undefined;
      return uid === 0 ? "/root" : "<NA>";
    },
  }),
  define({
    name: "group.gid",
    type: "uint32",
    description: "Effective group id.",
    needs: identity,
    read: ({ thread }) => thread?.credentials?.effectiveGid,
  }),
  define({
    name: "group.name",
    type: "string",
    description: "root, or <NA>: the names of a sandbox's other groups are not known.",
    needs: identity,
    read: ({ thread }) => nameOf(thread?.credentials?.effectiveGid),
  }),
];
