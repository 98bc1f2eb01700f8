import { type CoverageReason, describeReason } from "@sentrytap/rules";
import { escaped } from "../../../packages/rules/test/markdown.ts";

/** What is said of many rules, once. */
export interface Notes {
  numbersOf(reasons: readonly CoverageReason[]): string;
  render(): string;
}

export function createNotes(): Notes {
  const numbers = new Map<string, number>();
  return {
    numbersOf: (reasons) =>
      textsOf(reasons)
        .map((text) => {
          const number = numbers.get(text) ?? numbers.size + 1;
          numbers.set(text, number);
          return number;
        })
        .sort((a, b) => a - b)
        .join(", "),
    render: () => Array.from(numbers, ([text, number]) => `${number}. ${text}`).join("\n"),
  };
}

export function sentences(reasons: readonly CoverageReason[]): string {
  return textsOf(reasons).join(" ");
}

/** Each reason as a sentence, once. */
function textsOf(reasons: readonly CoverageReason[]): readonly string[] {
  const told = reasons.filter(({ kind }) => kind !== "disabled");
  return [...new Set(told.map((reason) => `${capital(escaped(describeReason(reason)))}.`))];
}

/** Names of fields and events stay as they are. */
function capital(text: string): string {
  return /^(?:no|the|without) /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}
