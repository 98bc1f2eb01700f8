import type { TrackedEvent } from "@sentrytap/state";
import type { Pair, Step } from "./align.ts";
import type { Value, Values } from "./values.ts";

/** What a thread did before, as far as it tells why the two differ now. */
interface Past {
  /** What Falco said of the last event that both have. */
  falco: Values | undefined;
  /** Events since then that Falco does not have. */
  missed: TrackedEvent[];
}

/** A descriptor as Falco has it: its number, and type and name as Falco prints them, `<f>/etc/passwd`. */
export interface Entry {
  readonly number: Value;
  readonly text: string;
}

/** The descriptor that Falco has for an event; `undefined` where it knows no more than a number, if that. */
export function entryOf(falco: Values): Entry | undefined {
  const { "fd.num": number = null, "fd.type": type, "fd.typechar": char, "fd.name": name } = falco;
  return type === undefined ? undefined : { number, text: `<${char}>${name}` };
}

/** What came before an event, in one recording. */
export class History {
  readonly #threads = new Map<number | undefined, Past>();
  readonly #entries = new Map<Value, Set<string>>();
  readonly #failures = new Map<Value, Set<string>>();
  #start: Values | undefined;
  #starts = 0;

  /** What Falco said of the last event before this one of `pair`'s thread. */
  falcoBefore(pair: Pair): Values | undefined {
    return this.#past(pair.ours.event).falco;
  }

  /** What the thread of `pair` did since then, and Falco was not told of. */
  missedBefore(pair: Pair): readonly TrackedEvent[] {
    return this.#past(pair.ours.event).missed;
  }

  /** What Falco said of the last start of a container, where there was more than one. */
  get falcoAtLaterStart(): Values | undefined {
    return this.#starts > 1 ? this.#start : undefined;
  }

  /** Whether a call that failed made Falco believe in this descriptor, in whatever process. */
  isFromFailure({ number, text }: Entry): boolean {
    return this.#failures.get(number)?.has(text) ?? false;
  }

  /** Whether Falco had this descriptor before, in whatever process. */
  isOld({ number, text }: Entry): boolean {
    return this.#entries.get(number)?.has(text) ?? false;
  }

  /** Goes on behind `step`. */
  add({ ours, pair }: Step): void {
    const past = this.#past(ours.event);
    if (pair === undefined) {
      past.missed.push(ours.event);
      return;
    }
    past.falco = pair.falco;
    past.missed = [];
    if (ours.event.message.messageName === "MESSAGE_CONTAINER_START") {
      this.#start = pair.falco;
      if (ours.event.type === "clone") this.#starts++;
    }
    const entry = entryOf(pair.falco);
    if (entry === undefined) return;
    addTo(this.#entries, entry.number, entry.text);
    if (ours.event.failed) addTo(this.#failures, entry.number, entry.text);
  }

  #past({ thread }: TrackedEvent): Past {
    const known = this.#threads.get(thread?.tid);
    if (known !== undefined) return known;
    const past: Past = { falco: undefined, missed: [] };
    this.#threads.set(thread?.tid, past);
    return past;
  }
}

function addTo<Key>(sets: Map<Key, Set<string>>, key: Key, member: string): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([member]));
  else set.add(member);
}
