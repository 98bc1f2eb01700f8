import type { LoneAlert } from "../alerts.ts";
import type { Known } from "../known.ts";

/** Alerts that only one side raises, for one cause. */
export interface AlertClass extends Known {
  explains(alert: LoneAlert): boolean;
}

/** Alerts of the public rules that only one of the two raises. */
export const alertClasses: readonly AlertClass[] = [
  {
    id: "alerts-of-failures",
    title: "Alerts of calls that failed",
    right: "ours",
    why: "The rules ask for a call that succeeded; to Falco's gVisor engine every call did (failed-call).",
    explains: ({ side, rule, causes }) =>
      side === "Falco's" &&
      (rule === "Write below binary dir" || rule === "Read sensitive file untrusted") &&
      causes.has("failed-call"),
  },
  {
    id: "alerts-of-host-users",
    title: "Non sudo setuid",
    right: "ours",
    why: "The rule asks for users that are known by name. Falco finds those of the sandbox in the files of the host (owner-names); the names that they have in the sandbox are in no message.",
    explains: ({ side, rule, causes }) =>
      side === "Falco's" && rule === "Non sudo setuid" && causes.has("owner-names"),
  },
  {
    id: "alerts-of-unknown-programs",
    title: "Modify Shell Configuration File",
    right: "ours",
    why: "The rule leaves shells out. Falco does not know the shell of an exec session for one (unknown-thread).",
    explains: ({ side, rule, causes }) =>
      side === "Falco's" && rule === "Modify Shell Configuration File" && causes.has("unknown-thread"),
  },
  {
    id: "alerts-of-terminals",
    title: "Terminal shell in container",
    right: "ours",
    why: "Falco's gVisor engine knows of no terminal (terminal).",
    explains: ({ side, rule, causes }) =>
      side === "ours" && rule === "Terminal shell in container" && causes.has("terminal"),
  },
  {
    id: "alerts-of-memfd",
    title: "Fileless execution via memfd_create",
    right: "ours",
    why: "gVisor tells that a program lies in anonymous memory; Falco's engine ignores the message that does.",
    explains: ({ side, rule }) => side === "ours" && rule === "Fileless execution via memfd_create",
  },
  {
    id: "alerts-not-recorded",
    title: "A recording without alerts",
    right: "ours",
    why: "Falco's record of the alerts of apt_update.2024 is empty; in that of apt_update.2022, the same workload, they are.",
    explains: ({ recording, side, rule }) =>
      recording === "apt_update.2024" &&
      side === "ours" &&
      rule === "Launch Package Management Process in Container",
  },
];
