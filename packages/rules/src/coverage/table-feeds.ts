import type { FieldNeed } from "../fields/field.ts";
import { words } from "../words.ts";

// What feeds the tables that packages/state keeps.

/** A table that is kept from other events. */
export type Table = Exclude<FieldNeed, `${string}:${string}`>;

function exits(calls: string): readonly string[] {
  return words(calls).map((call) => `syscall/${call}/exit`);
}

/** One line each, with no choice. */
function each(points: readonly string[]): readonly (readonly (readonly string[])[])[] {
  return points.map((point) => [[point]]);
}

/** What hands on what a parent has. */
export const births: readonly (readonly string[])[] = [["sentry/clone"]];
const starts = [["container/start"]];

/**
 * The points that feed each table: it is whole where of every line all points of one group are there; the first group is the
 * one to add. Births hand on what is known of a parent.
 */
export const feeds: Readonly<Record<Table, readonly (readonly (readonly string[])[])[]>> = {
  programs: [starts, [["sentry/execve"], exits("execve execveat")], births],
  lineage: [births],
  descriptors: [
    ...each(exits("open openat creat socket socketpair bind connect accept accept4 pipe pipe2")),
    ...each(exits("dup dup2 dup3 fcntl eventfd eventfd2 signalfd signalfd4 timerfd_create")),
    ...each(exits("inotify_init inotify_init1")),
    births,
  ],
  directories: [starts, births, ...each(exits("chdir fchdir chroot"))],
  identities: [starts, births, ...each(exits("setuid setgid setresuid setresgid"))],
  sessions: [starts, births, [exits("setsid")]],
};

/** Types of events that say themselves which program runs, where they come decoded. */
export const telling: ReadonlySet<string> = new Set(["execve", "execveat", "sentry_exec", "container_start"]);
