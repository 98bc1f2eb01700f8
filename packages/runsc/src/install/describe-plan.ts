import type { InstallPlan, InstallStep, WriteStep } from "./step.ts";

/** Lines around a change that say where it is. */
const around = 3;

/** What a plan would do, for people: of files that say something to them, the lines that change, as `diff -u` has them. */
export function describePlan({ steps }: InstallPlan): readonly string[] {
  return steps.flatMap(describe);
}

function describe(step: InstallStep): readonly string[] {
  switch (step.kind) {
    case "make-folder":
      return [`make ${step.path}/`];
    case "remove-folder":
      return [`remove ${step.path}/, if nothing else is in it`];
    case "remove":
      return [`remove ${step.path}`];
    case "write":
      return step.about === undefined ? diff(step) : [aboutWrite(step, step.about)];
  }
}

function aboutWrite({ path, mode, replaces }: WriteStep, about: string): string {
  const how = replaces === undefined ? `, mode ${mode.toString(8).padStart(4, "0")}` : "";
  return `write ${path}${how}: ${about}`;
}

/** Changes are in one place, so that what is the same before and behind it tells the rest. */
function diff({ path, replaces = "", text }: WriteStep): readonly string[] {
  const [old, now] = [linesOf(replaces), linesOf(text)];
  const shorter = Math.min(old.length, now.length);
  let same = 0;
  while (same < shorter && old[same] === now[same]) same++;
  let behind = 0;
  while (behind < shorter - same && old.at(-1 - behind) === now.at(-1 - behind)) behind++;
  const start = Math.max(0, same - around);
  const [oldEnd, nowEnd] = [old.length - behind, now.length - behind];
  const tail = old.slice(oldEnd, oldEnd + around);
  const place = (lines: readonly string[], end: number): string =>
    `${lines.length === 0 ? 0 : start + 1},${end + tail.length - start}`;
  return [
    `--- ${old.length === 0 ? "/dev/null" : path}`,
    `+++ ${path}`,
    `@@ -${place(old, oldEnd)} +${place(now, nowEnd)} @@`,
    ...old.slice(start, same).map((line) => ` ${line}`),
    ...old.slice(same, oldEnd).map((line) => `-${line}`),
    ...now.slice(same, nowEnd).map((line) => `+${line}`),
    ...tail.map((line) => ` ${line}`),
  ];
}

function linesOf(text: string): readonly string[] {
  const lines = text.split(/\r?\n/);
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}
