import type { FieldValue } from "../fields/field.ts";
import { print } from "../language/print.ts";
import type { Checked, Test } from "./checked.ts";
import { createFold } from "./fold.ts";
import { eitherKnown, type Known, knownOf, type Literal, togetherKnown } from "./known-values.ts";
import type { Predicate } from "./predicate.ts";
import type { ValueNode } from "./value-node.ts";
import { createWork, type Work } from "./work.ts";

/**
 * The parts of a condition that exclude each other, in quotes; one alone where it is never true; none where no type of event
 * is all that the condition asks for.
 */
export type Contradiction = readonly [] | readonly [only: string] | readonly [first: string, second: string];

/** A contradiction in words. */
export function describeContradiction([first, second]: readonly string[]): string {
  if (first === undefined) return "no type of event is all that it asks of evt.type";
  return second === undefined ? `${first} is never true` : `${first} and ${second} exclude each other`;
}

/** What must be so for a condition to hold. */
interface Facts {
  /** Comparisons that must hold, or must not. */
  readonly literals: ReadonlyMap<Predicate, Literal>;
  /** What is known of the fields that they are about. */
  readonly known: ReadonlyMap<ValueNode, Known>;
}

type Outcome = { readonly facts: Facts } | { readonly never: Contradiction };

/** More is forgotten: contradictions are missed then, and none is made up. */
const maxFacts = 300;

/** Steps for all conditions together, a fraction of a second's. Falco's public rules take 35,000. */
const maxSteps = 10_000_000;

const noFacts: Outcome = { facts: { literals: new Map(), known: new Map() } };

/**
 * Finds conditions that cannot hold whatever the event: where what must be so of one field excludes itself, in macros too.
 * Sound: a condition that is told to be one never matches. Only fields with at most one value of one type are looked at.
 * Macros that many conditions share are gone through once. Of conditions that would take long nothing is told.
 */
export function createContradictions(): (condition: Checked) => Contradiction | undefined {
  const work = createWork(maxSteps);
  const outcomeOf = createFold<Outcome>({
    leaf: ({ test }, negated) => (work.spend(10) ? ofLiteral({ test, positive: !negated }) : noFacts),
    all: (outcomes) => together(outcomes, work),
    any: (outcomes) => either(outcomes, work),
  });
  return (condition) => {
    const outcome = outcomeOf(condition);
    return "never" in outcome ? outcome.never : undefined;
  };
}

function ofLiteral(literal: Literal): Outcome {
  const { test } = literal;
  const known = knownOf(literal);
  if (known !== undefined && isNever(known)) return { never: [told(literal)] };
  return {
    facts: {
      literals: new Map([[test.predicate, literal]]),
      known: known === undefined ? new Map() : new Map([[test.left.node, known]]),
    },
  };
}

/** Nothing that the field can be, or lack, is left. */
function isNever({ absent, domain, low, high }: Known): boolean {
  const noValue = domain?.length === 0 || (low !== undefined && high !== undefined && low > high);
  return !absent && noValue;
}

/** All must hold. */
function together(outcomes: readonly Outcome[], work: Work): Outcome {
  const literals = new Map<Predicate, Literal>();
  const known = new Map<ValueNode, Known>();
  for (const outcome of outcomes) {
    if ("never" in outcome) return outcome;
    if (!work.spend(sizeOf(outcome.facts))) break;
    for (const [predicate, literal] of outcome.facts.literals) {
      const other = literals.get(predicate);
      if (other !== undefined && other.positive !== literal.positive)
        return { never: [told(other), told(literal)] };
      if (literals.size < maxFacts) literals.set(predicate, literal);
    }
    for (const [node, added] of outcome.facts.known) {
      const other = known.get(node);
      const both = other === undefined ? added : togetherKnown(other, added, work);
      if (other !== undefined && isNever(both)) return { never: partsOf(other, added, work) };
      if (known.size < maxFacts || other !== undefined) known.set(node, both);
    }
  }
  return { facts: { literals, known } };
}

/** One must hold: what is so whichever it is. */
function either(outcomes: readonly Outcome[], work: Work): Outcome {
  let facts: Facts | undefined;
  for (const outcome of outcomes) {
    if ("never" in outcome) continue;
    if (!work.spend(sizeOf(outcome.facts) + sizeOf(facts))) return noFacts;
    facts = facts === undefined ? outcome.facts : eitherFacts(facts, outcome.facts);
  }
  const [first] = outcomes;
  if (facts !== undefined) return { facts };
  return first ?? noFacts;
}

/** Steps that going through facts takes. */
function sizeOf(facts: Facts | undefined): number {
  return facts === undefined ? 0 : 4 * (facts.literals.size + facts.known.size);
}

function eitherFacts(a: Facts, b: Facts): Facts {
  const literals = new Map<Predicate, Literal>();
  for (const [predicate, literal] of a.literals) {
    if (b.literals.get(predicate)?.positive === literal.positive) literals.set(predicate, literal);
  }
  const known = new Map<ValueNode, Known>();
  for (const [node, one] of a.known) {
    const other = b.known.get(node);
    if (other !== undefined) known.set(node, eitherKnown(one, other));
  }
  return { literals, known };
}

/** Two comparisons that exclude each other by themselves, or else the last of each side. */
function partsOf(a: Known, b: Known, work: Work): Contradiction {
  for (const one of a.literals) {
    for (const other of b.literals) {
      const [left, right] = [knownOf(one), knownOf(other)];
      if (left !== undefined && right !== undefined && isNever(togetherKnown(left, right, work)))
        return [told(one), told(other)];
    }
  }
  const [first, second] = [a.literals.at(-1), b.literals.at(-1)];
  return [
    first === undefined ? fieldOf(a, b) : told(first),
    second === undefined ? fieldOf(a, b) : told(second),
  ];
}

/** What is said of a field, where no single comparison says it. */
function fieldOf(a: Known, b: Known): string {
  const values = [...(a.domain ?? []), ...(b.domain ?? [])].slice(0, 3);
  return `what it asks for with ${values.map((value: FieldValue) => `"${value}"`).join(", ")}`;
}

const maxLength = 80;

/** A comparison as it was written, in quotes. */
function told({ test, positive }: Literal): string {
  const written = printed(test);
  const short = written.length > maxLength ? `${written.slice(0, maxLength)}...` : written;
  return `"${positive ? "" : "not "}${short}"`;
}

/** Lists of thousands are not printed whole to be cut. */
function printed({ source }: Test): string {
  if (source.kind !== "compare" || source.right.kind !== "list") return print(source);
  return print({ ...source, right: { ...source.right, items: source.right.items.slice(0, 20) } });
}
