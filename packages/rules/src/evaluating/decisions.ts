import { type Question, unanswered } from "../compiling/question.ts";
import type { Run } from "../compiling/run.ts";

/** Places of all trees of a {@link Room}: some megabytes. */
const defaultPlaces = 30_000;

/** What is asked next, or what all answers come to. */
class Place<Outcome> {
  readonly question: Question | undefined;
  readonly outcome: Outcome | undefined;
  /** Most questions get the same answer again and again. */
  #first = unanswered;
  #behindFirst: Place<Outcome> | undefined = undefined;
  #others: Map<number, Place<Outcome>> | undefined = undefined;

  constructor(question: Question | undefined, outcome: Outcome | undefined) {
    this.question = question;
    this.outcome = outcome;
  }

  behind(answer: number): Place<Outcome> | undefined {
    return answer === this.#first ? this.#behindFirst : this.#others?.get(answer);
  }

  put(answer: number, place: Place<Outcome>): void {
    if (this.#behindFirst === undefined) {
      this.#first = answer;
      this.#behindFirst = place;
    } else {
      this.#others ??= new Map();
      this.#others.set(answer, place);
    }
  }
}

/** How events of one type were judged: what is alike need not be judged again. */
export interface Decisions<Outcome extends object> {
  /** What judging the event of `run` comes to; it is judged only where no event before had the same answers. */
  decide(run: Run): Outcome;
  /** Begins anew. */
  forget(): void;
}

/**
 * A tree of the questions that judging has asked, in the order in which it did: as what it asks next follows from the answers
 * so far, an event takes the way of those before it to the same outcome, in as many steps as there are questions, however many
 * rules asked them.
 */
class DecisionTree<Outcome extends object> implements Decisions<Outcome> {
  readonly #judge: (run: Run) => Outcome;
  readonly #room: Room;
  #root: Place<Outcome> | undefined = undefined;

  constructor(judge: (run: Run) => Outcome, room: Room) {
    this.#judge = judge;
    this.#room = room;
  }

  decide(run: Run): Outcome {
    let place = this.#root;
    while (place?.question !== undefined) {
      const answer: number = place.question.ask(run);
      if (answer === unanswered) return this.#judge(run);
      place = place.behind(answer);
    }
    return place?.outcome ?? this.#learn(run);
  }

  forget(): void {
    this.#root = undefined;
  }

  #learn(run: Run): Outcome {
    const asked = new Set<Question>();
    // What has been asked of this event judging remembers, and does not ask again.
    let place = this.#root;
    while (place?.question !== undefined) {
      asked.add(place.question);
      place = place.behind(place.question.ask(run));
    }
    run.asked = asked;
    try {
      const outcome = this.#judge(run);
      this.#grow(asked, outcome, run);
      return outcome;
    } finally {
      run.asked = undefined;
    }
  }

  #grow(asked: ReadonlySet<Question>, outcome: Outcome, run: Run): void {
    let made = 0;
    let place = this.#root;
    let put = (first: Place<Outcome>): void => {
      this.#root = first;
    };
    for (const question of asked) {
      if (place === undefined) {
        place = new Place<Outcome>(question, undefined);
        put(place);
        made++;
      }
      const before = place;
      const answer = question.ask(run);
      if (answer === unanswered) break;
      place = before.behind(answer);
      put = (next) => before.put(answer, next);
    }
    if (place === undefined) put(new Place(undefined, outcome));
    this.#room.take(made + 1);
  }
}

/** Bounds what all trees of a rule set remember together. When it is full, all of them begin anew. */
export interface Room {
  /** A tree for what `judge` says of events. */
  plant<Outcome extends object>(judge: (run: Run) => Outcome): Decisions<Outcome>;
  /** Takes room for so many places. */
  take(places: number): void;
}

class BoundedRoom implements Room {
  readonly #maxPlaces: number;
  readonly #trees: { forget(): void }[] = [];
  #places = 0;

  constructor(maxPlaces: number) {
    this.#maxPlaces = maxPlaces;
  }

  plant<Outcome extends object>(judge: (run: Run) => Outcome): Decisions<Outcome> {
    const tree = new DecisionTree(judge, this);
    this.#trees.push(tree);
    return tree;
  }

  take(places: number): void {
    this.#places += places;
    if (this.#places <= this.#maxPlaces) return;
    for (const tree of this.#trees) tree.forget();
    this.#places = 0;
  }
}

export function createRoom(maxPlaces: number = defaultPlaces): Room {
  return new BoundedRoom(maxPlaces);
}
