import type { Known } from "../known.ts";

/** What loads on one side only, or with other problems, for one cause. */
export interface LoadingClass extends Known {
  explains(text: string): boolean;
}

/** Conditions and rules files of which the two say something else when they load them. */
export const loadingClasses: readonly LoadingClass[] = [
  {
    id: "impossible-numbers",
    title: "Numbers that no field can hold",
    right: "ours",
    why: "They are an error. Falco takes the nearest number that fits, and compares with that.",
    explains: (text) => /= 9{20}/.test(text),
  },
  {
    id: "broken-patterns",
    title: "Regular expressions that do not compile",
    right: "ours",
    why: "They are an error. Falco loads the rule, and it never matches.",
    explains: (text) => / regex "(?:\(|a\{2,1\})"/.test(text),
  },
  {
    id: "container-fields",
    title: "Fields of containers and pods",
    right: "both",
    why: "They are known without a plugin. Falco's answers were recorded without its container plugin, so to it there are none.",
    explains: (text) => /\b(?:k8s|container)\./.test(text),
  },
];
