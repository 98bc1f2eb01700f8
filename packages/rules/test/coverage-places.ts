import type { TrackedEvent } from "@sentrytap/state";
import type { Assessment } from "../src/coverage/assessment.ts";
import { isRaw } from "../src/coverage/place.ts";
import type { StreamAssessments } from "../src/coverage/stream-assessments.ts";
import { typeOf } from "../src/fields/event-result.ts";

/** Points whose messages are no system calls. */
const happenings: Readonly<Record<string, string>> = {
  MESSAGE_CONTAINER_START: "container/start",
  MESSAGE_SENTRY_CLONE: "sentry/clone",
  MESSAGE_SENTRY_EXEC: "sentry/execve",
  MESSAGE_SENTRY_EXIT_NOTIFY_PARENT: "sentry/exit_notify_parent",
  MESSAGE_SENTRY_TASK_EXIT: "sentry/task_exit",
  MESSAGE_SENTRY_MMAP: "sentry/mmap",
};

/** Where `event` comes from, as the report on a stream has it. */
export function placeOfEvent(event: TrackedEvent, { byType }: StreamAssessments): Assessment | undefined {
  const type = typeOf(event).startsWith("syscall.") ? "syscall.N" : typeOf(event);
  const raw = event.type === "syscall";
  const happening = "messageName" in event.message ? happenings[event.message.messageName] : undefined;
  return byType.get(type)?.find(({ place }) => {
    if (place.point === undefined) return true;
    const isCall = place.point.name.startsWith("syscall/");
    return isRaw(place) === raw && (happening === undefined ? isCall : place.point.name === happening);
  });
}
