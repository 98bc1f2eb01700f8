import type { Pair, Step } from "./align.ts";
import { isBirth } from "./classes/circumstances.ts";
import { type Difference, type DifferenceClass, differencesOf } from "./difference.ts";
import { sourcesOf } from "./follow.ts";
import { History } from "./history.ts";
import type { Value } from "./values.ts";

/** A difference and the class it is of; `undefined` where nobody knows why it is there. */
export interface Classified {
  readonly difference: Difference;
  readonly of: DifferenceClass | undefined;
}

/** What a thread's last event differed in. */
interface Lasting {
  readonly ours: Value;
  readonly falco: Value;
  readonly of: DifferenceClass;
}

/** Finds the classes of one recording's differences, event by event. */
export class Classifier {
  readonly #classes: ReadonlyMap<string, readonly DifferenceClass[]>;
  readonly #history = new History();
  readonly #lasting = new Map<string, Lasting>();

  constructor(classes: readonly DifferenceClass[]) {
    const byField = new Map<string, DifferenceClass[]>();
    for (const each of classes) {
      for (const field of each.fields) byField.set(field, [...(byField.get(field) ?? []), each]);
    }
    this.#classes = byField;
  }

  /** The differences of the next event. */
  classify(step: Step): readonly Classified[] {
    const all = step.pair === undefined ? [] : this.#classifyPair(step.pair);
    this.#history.add(step);
    return all;
  }

  #classifyPair(pair: Pair): readonly Classified[] {
    const differences = differencesOf(pair);
    const own = new Map(differences.map((each) => [each.field, this.#find(each)]));
    const all = differences.map((difference): Classified => {
      const source = sourcesOf(difference).find((each) => own.get(each) !== undefined);
      return { difference, of: own.get(difference.field) ?? own.get(source ?? "") };
    });
    for (const { difference, of } of all) {
      const { field, ours, falco } = difference;
      if (of?.lasts === true)
        this.#lasting.set(keyOf(pair.ours.event.thread?.tid, field), { ours, falco, of });
    }
    return all;
  }

  #find(difference: Difference): DifferenceClass | undefined {
    const candidates = this.#classes.get(difference.field) ?? [];
    const found = candidates.find((each) => each.explains(difference, this.#history));
    return found ?? this.#lasts(difference);
  }

  /** The difference that the thread's event before had in the same field, or its maker's or parent's, if it still is the same. */
  #lasts({ pair, field, ours, falco }: Difference): DifferenceClass | undefined {
    const { thread, context } = pair.ours.event;
    const ofParent = parentFields.get(field);
    const sources = [
      keyOf(thread?.tid, field),
      keyOf(isBirth(pair) ? context?.threadId : undefined, field),
      keyOf(ofParent === undefined ? undefined : thread?.process.parentPid, ofParent ?? field),
    ];
    for (const source of sources) {
      const before = this.#lasting.get(source);
      if (before?.ours === ours && before.falco === falco) return before.of;
    }
    return undefined;
  }
}

const parentFields: ReadonlyMap<string, string> = new Map([
  ["proc.pname", "proc.name"],
  ["proc.pexe", "proc.exe"],
  ["proc.pexepath", "proc.exepath"],
  ["proc.pcmdline", "proc.cmdline"],
]);

function keyOf(tid: number | undefined, field: string): string {
  return `${tid} ${field}`;
}
