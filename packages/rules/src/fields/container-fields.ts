import { define } from "./define.ts";
import type { Field } from "./field.ts";

/** `container.id`, and `sandbox.id`, which is ours. */
export const containerFields: readonly Field[] = [
  define({
    name: "container.id",
    type: "string",
    description: "First 12 characters of the container's id.",
    needs: ["context:container_id"],
    read: ({ containerId, thread }) => (containerId ?? thread?.process.containerId)?.slice(0, 12),
  }),
  define({
    name: "container.full_id",
    type: "string",
    description: "The container's id.",
    needs: ["context:container_id"],
    read: ({ containerId, thread }) => containerId ?? thread?.process.containerId,
  }),
  define({
    name: "sandbox.id",
    type: "string",
    description: "Id of the sandbox: that of its first container.",
    read: ({ sandbox }) => sandbox.id,
  }),
];
