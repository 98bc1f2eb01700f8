import type { Known } from "../known.ts";

/** What loads on one side only, or with other problems, for one cause. */
export interface LoadingClass extends Known {
  /** `problems`: what ours says is wrong, where it does not load here. */
  explains(text: string, problems: readonly string[]): boolean;
}

/** Conditions and rules files of which the two say something else when they load them. */
export const loadingClasses: readonly LoadingClass[] = [
  {
    id: "impossible-numbers",
    title: "Numbers that no field can hold, and hexadecimal ones",
    right: "ours",
    why: "What no field can hold is an error. Falco takes the nearest number that fits, or what is left of it, and compares with that. Hexadecimal numbers, which its grammar has, are none to any of its types.",
    explains: (text, problems) =>
      problems.some((problem) => /is out of range|is no (?:port|network)/.test(problem)) ||
      /[<>=(,]\s*["']?0[xX][0-9a-fA-F]/.test(text),
  },
  {
    id: "broken-patterns",
    title: "Regular expressions that do not compile",
    right: "ours",
    why: "They are an error. Falco loads the rule, and it never matches.",
    explains: (_, problems) => problems.some((problem) => /(?:not a|the) regular expression/.test(problem)),
  },
  {
    id: "container-fields",
    title: "Fields of containers and pods",
    right: "both",
    why: "They are known without a plugin. Falco's answers were recorded without its container plugin, so to it there are none.",
    explains: (text) => /\b(?:k8s|container)\./.test(text),
  },
];
