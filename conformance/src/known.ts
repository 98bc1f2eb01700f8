/** Whose value is what happened. */
export type Right = "ours" | "Falco's" | "both";

/** Something in which we differ from Falco for one cause, which is known and meant to stay. */
export interface Known {
  readonly id: string;
  /** What differs, in a few words. */
  readonly title: string;
  readonly right: Right;
  readonly why: string;
  /** The fields in which it shows. */
  readonly fields?: readonly string[];
  /** The field of which an example tells the most. */
  readonly shows?: string;
}

/** Where something differs that is known, or that is not. */
export interface Place {
  readonly recording: string;
  /** Falco's `evt.num`, or the time of the event. */
  readonly at: number | string;
  /** The field, the rule, the condition. */
  readonly what: string;
  readonly ours: string;
  readonly falco: string;
}

/** An example of each known difference, by its id. */
export type Examples = Readonly<Record<string, Place>>;

/** What a comparison found: how often each known difference is there, and what nobody can explain. */
export class Findings {
  readonly counts: Map<string, number> = new Map();
  /** One place of each known difference that was found: in the field that tells the most, and there the shortest. */
  readonly examples: Map<string, Place> = new Map();
  readonly unexplained: Place[] = [];
  /** The known differences whose example was found again. */
  readonly confirmed: Set<string> = new Set();
  readonly #known: Examples;

  /** `known`: the examples that are to be found again. */
  constructor(known: Examples = {}) {
    this.#known = known;
  }

  /** Counts a difference to the class `of`; to nothing known where that is `undefined`. */
  add(of: Known | undefined, place: Place): void {
    if (of === undefined) {
      this.unexplained.push(place);
      return;
    }
    const { id } = of;
    this.counts.set(id, (this.counts.get(id) ?? 0) + 1);
    if (isSame(place, this.#known[id])) this.confirmed.add(id);
    const before = this.examples.get(id);
    if (before === undefined || costOf(of, place) < costOf(of, before)) this.examples.set(id, place);
  }
}

function isSame(place: Place, example: Place | undefined): boolean {
  return (
    place.at === example?.at &&
    place.what === example.what &&
    place.recording === example.recording &&
    place.ours === example.ours &&
    place.falco === example.falco
  );
}

/** The less, the better an example. A value that is there tells more than one that is not. */
function costOf({ shows }: Known, { what, ours, falco }: Place): number {
  const [absent, otherField] = [100, 1000];
  const lengths = [ours, falco].map((text) => (text === "null" || text === '""' ? absent : text.length));
  return lengths.reduce(
    (sum, length) => sum + length,
    shows === undefined || what === shows ? 0 : otherField,
  );
}
