import { applySteps, describePlan, type InstallPlan, oneAtATime, printable } from "sentrytap";
import type { Terminal } from "./terminal.ts";

/** How a plan is carried out. */
export interface CarryOutOptions {
  /** The file that no other run may change meanwhile. */
  readonly path: string;
  /** Whether it is done, and not only shown. */
  readonly apply: boolean;
}

/** Shows what has to be done, and does it if that is asked for. Gives the plan, of which nothing may have been left to do. */
export async function carryOut(
  makePlan: () => Promise<InstallPlan>,
  { path, apply }: CarryOutOptions,
  terminal: Terminal,
): Promise<InstallPlan> {
  const plan = apply
    ? await oneAtATime(path, async () => {
        const made = await makePlan();
        await applySteps(made.steps);
        return made;
      })
    : await makePlan();
  await terminal.print(
    describePlan(plan).map((line) =>
      line
        .split("\t")
        .map((part) => printable(part))
        .join("\t"),
    ),
  );
  for (const note of plan.notes) terminal.warn(printable(note));
  if (plan.steps.length === 0) terminal.warn("there is nothing to do");
  else if (!apply) terminal.warn("nothing was changed: --apply does it");
  return plan;
}
