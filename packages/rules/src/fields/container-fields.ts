import { containerIdOf, shortId } from "./container-id.ts";
import { define } from "./define.ts";
import type { Field } from "./field.ts";

/** `container.id`, and `sandbox.id`, which is ours: the stream tells them. */
export const containerFields: readonly Field[] = [
  define({
    name: "container.id",
    type: "string",
    description: "First 12 characters of the container's id.",
    needs: ["context:container_id"],
    read: (event) => {
      const id = containerIdOf(event);
      return id && shortId(id);
    },
  }),
  define({
    name: "container.full_id",
    type: "string",
    description: "The container's id.",
    needs: ["context:container_id"],
    read: containerIdOf,
  }),
  define({
    name: "sandbox.id",
    type: "string",
    description: "Id of the sandbox: that of its first container.",
    read: ({ sandbox }) => sandbox.id,
  }),
];
