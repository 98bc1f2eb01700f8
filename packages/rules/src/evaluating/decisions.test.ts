import { describe, expect, test } from "vitest";
import { makeOpen } from "../../test/tracked-event.ts";
import { type Question, unanswered } from "../compiling/question.ts";
import { createRuns, type Run } from "../compiling/run.ts";
import { createRoom } from "./decisions.ts";
import { StreamContext } from "./stream-context.ts";

const runs = createRuns();
const context = new StreamContext();
const event = makeOpen();

function next(): Run {
  return runs.next(event, context);
}

/** A question whose answer is set from outside. */
interface Set extends Question {
  answer: number;
}

function question(): Set {
  const made: Set = { answer: 0, ask: () => made.answer };
  return made;
}

describe("decisions", () => {
  test("are made once for the same answers, and ask what decided them, in order", () => {
    const [first, second] = [question(), question()];
    let judged = 0;
    const decisions = createRoom().plant((run) => {
      judged++;
      run.asked?.add(first);
      if (first.answer === 1) return ["one"];
      run.asked?.add(second);
      return [`${first.answer} ${second.answer}`];
    });
    const decide = (a: number, b: number): readonly string[] => {
      [first.answer, second.answer] = [a, b];
      return decisions.decide(next());
    };
    for (let time = 0; time < 2; time++) {
      expect([decide(1, 1), decide(1, 2), decide(0, 1), decide(2, 1), decide(2, 5), decide(3, 1)]).toEqual([
        ...[["one"], ["one"], ["0 1"], ["2 1"], ["2 5"], ["3 1"]],
      ]);
      expect(judged).toBe(5);
    }
    second.ask = () => {
      throw new Error("it is not to be asked");
    };
    expect(decide(1, 1)).toEqual(["one"]);
  });

  test("are made anew where there is no answer", () => {
    const [first, second] = [question(), question()];
    let judged = 0;
    const decisions = createRoom().plant((run) => {
      run.asked?.add(first);
      run.asked?.add(second);
      return [++judged];
    });
    second.answer = unanswered;
    expect([decisions.decide(next()), decisions.decide(next())]).toEqual([[1], [2]]);
    second.answer = 0;
    expect([decisions.decide(next()), decisions.decide(next())]).toEqual([[3], [3]]);
    first.answer = unanswered;
    expect([decisions.decide(next()), decisions.decide(next())]).toEqual([[4], [5]]);
  });

  test("are not remembered where judging throws", () => {
    const first = question();
    let throws = true;
    const decisions = createRoom().plant((run) => {
      run.asked?.add(first);
      if (throws) throw new Error("this once");
      return [1];
    });
    const run = next();
    expect(() => decisions.decide(run)).toThrow("this once");
    expect(run.asked).toBeUndefined();
    throws = false;
    expect(decisions.decide(next())).toEqual([1]);
  });

  test("are forgotten together when there are too many", () => {
    const first = question();
    let judged = 0;
    const room = createRoom(100);
    const [often, other] = [0, 1].map(() =>
      room.plant((run) => {
        run.asked?.add(first);
        return [++judged];
      }),
    );
    for (let i = 0; i < 1_000; i++) {
      first.answer = i;
      often?.decide(next());
    }
    expect(judged).toBe(1_000);
    first.answer = 0;
    other?.decide(next());
    other?.decide(next());
    expect(judged).toBe(1_001);
    for (let i = 0; i < 1_000; i++) {
      first.answer = i;
      often?.decide(next());
    }
    first.answer = 0;
    other?.decide(next());
    expect(judged).toBe(2_002);
  });
});
