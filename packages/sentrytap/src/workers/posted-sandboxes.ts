import type { Alert } from "@sentrytap/rules";
import type { Sandbox } from "@sentrytap/server";
import type { TracedSandbox } from "@sentrytap/wire";
import type { PostedAlert, PostedSandbox, SandboxNow } from "./thread-messages.ts";

/** A worker's sandboxes as it tells of them: by numbers, in the order in which they connected. */
export class PostedSandboxes {
  readonly #numbers = new WeakMap<TracedSandbox, number>();
  #count = 0;

  /** One that has connected. */
  add(sandbox: Sandbox): PostedSandbox {
    const number = ++this.#count;
    this.#numbers.set(sandbox, number);
    const { id, arch, peer, version, connectedAt } = sandbox;
    return { number, id, arch, peer, version, connectedAt };
  }

  /** How it stands. */
  now(sandbox: Sandbox): SandboxNow {
    const { id, identified, counters } = sandbox;
    return { number: this.#numberOf(sandbox), id, identified, counters: { ...counters } };
  }

  /** What of an alert can cross threads. */
  alert({ rule, priority, source, tags, time, timeNs, output, outputFields, sandbox }: Alert): PostedAlert {
    const plain = { rule, priority, source, tags, time, timeNs, output, outputFields };
    return { ...plain, sandbox: this.#numberOf(sandbox), sandboxId: sandbox.id };
  }

  /** Every sandbox has connected before it does anything. */
  #numberOf(sandbox: TracedSandbox): number {
    return this.#numbers.get(sandbox) ?? 0;
  }
}
