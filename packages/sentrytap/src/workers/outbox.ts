import type { DeliveryItem, Report } from "./thread-messages.ts";

/** Deliveries that may be on their way without having been acknowledged. */
const maxDeliveries = 8;

/** About how many characters they may have together; one is always let go, however large. */
const maxSize = 4 * 1024 * 1024;

/**
 * A worker's way to the main thread. What happened is gathered and posted in deliveries, in order. Where too many have not been
 * acknowledged it is full, and whoever fills it has to wait: so what is not read there stays in the sockets here.
 */
export class Outbox {
  readonly #post: (report: Report) => void;
  #items: DeliveryItem[] = [];
  #size = 0;
  /** The sizes of deliveries on their way, oldest first. */
  readonly #sent: number[] = [];
  #sentSize = 0;
  #scheduled = false;
  #waiting: (() => void)[] = [];

  constructor(post: (report: Report) => void) {
    this.#post = post;
  }

  get isFull(): boolean {
    return this.#sent.length >= maxDeliveries || this.#sentSize >= maxSize;
  }

  /** Adds what happened. It is posted when the event loop comes round, if not before. */
  add(item: DeliveryItem, size = 100): void {
    this.#items.push(item);
    this.#size += size;
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (!this.isFull) this.flush();
    });
  }

  /** Posts what there is, full or not. */
  flush(): void {
    if (this.#items.length === 0) return;
    this.#post({ kind: "delivery", items: this.#items });
    this.#sent.push(this.#size);
    this.#sentSize += this.#size;
    this.#items = [];
    this.#size = 0;
  }

  /** Resolves once it is not full. */
  async room(): Promise<void> {
    while (this.isFull) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** So many more deliveries have been dealt with. */
  acknowledge(count: number): void {
    for (const size of this.#sent.splice(0, count)) this.#sentSize -= size;
    if (this.isFull) return;
    this.flush();
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
