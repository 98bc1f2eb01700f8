import type { JsonNode } from "../json/json-node.ts";
import { type Problems, quoted } from "../json/problems.ts";
import type { PointRequest } from "../point-config.ts";
import type { SessionConfig } from "../trace-session-config.ts";
import { type Members, membersOf, textsIn } from "./members.ts";
import { checkFields, checkPoint, type Written, warnOfCallsToldTwice } from "./point-names.ts";
import type { SessionFile } from "./session-file.ts";

const sessionKeys = ["name", "points", "ignore_missing", "sinks", "options"];
const pointKeys = ["name", "optional_fields", "context_fields"];
const sinkKeys = ["name", "config", "ignore_setup_error", "status"];

/** The session in `root`, of either shape; `undefined` where it is of none. */
export function sessionIn(root: JsonNode, problems: Problems): Omit<SessionFile, "warnings"> | undefined {
  const isPodInit = root.kind === "object" && root.members.some(({ key }) => key === "trace_session");
  if (!isPodInit) {
    const members = membersOf(root, sessionKeys, "a session", problems);
    return members && { session: readSession(members, problems), sandboxes: "running" };
  }
  const outer = membersOf(root, ["trace_session"], "the file", problems);
  const inner = outer?.get("trace_session");
  const members = inner && membersOf(inner, sessionKeys, "trace_session", problems);
  return members && { session: readSession(members, problems), sandboxes: "new" };
}

function readSession(members: Members, problems: Problems): SessionConfig {
  const name = members.text("name");
  if (name === undefined || name.value !== "Default") {
    const given = name === undefined ? "it has none" : `not ${quoted(name.value)}`;
    problems.error(
      `the session's name must be "Default", ${given}: gVisor has only that one`,
      name?.offset ?? members.offset,
    );
  }
  const ignoresMissing = members.flag("ignore_missing") ?? false;
  const points = readPoints(members, ignoresMissing, problems);
  readSinks(members, problems);
  members.object("options");
  return { name: "Default", ignore_missing: ignoresMissing, points };
}

function readPoints(members: Members, ignoresMissing: boolean, problems: Problems): readonly PointRequest[] {
  const points = new Map<string, PointRequest>();
  const names: Written[] = [];
  for (const node of members.list("points") ?? []) {
    const point = membersOf(node, pointKeys, "a point", problems);
    if (point === undefined) continue;
    const name = point.text("name");
    if (name === undefined) {
      problems.error('a point must have a "name", such as "syscall/openat/exit"', point.offset);
      continue;
    }
    if (points.has(name.value)) {
      problems.warning(`the point ${quoted(name.value)} is there twice: gVisor takes the last`, name.offset);
    }
    names.push(name);
    checkPoint(name, ignoresMissing, problems);
    const optional = textsIn(point, "optional_fields");
    const context = textsIn(point, "context_fields");
    checkFields(name.value, optional, context, ignoresMissing, problems);
    points.set(name.value, {
      name: name.value,
      ...(optional.length > 0 && { optional_fields: optional.map(({ value }) => value) }),
      context_fields: context.map(({ value }) => value),
    });
  }
  warnOfCallsToldTwice(names, problems);
  return [...points.values()];
}

/** Whoever reads the session elsewhere needs no sinks, but gVisor refuses those that are wrong. */
function readSinks(members: Members, problems: Problems): void {
  const sinks = members.list("sinks");
  if (sinks === undefined || sinks.length === 0) {
    problems.warning('there are no "sinks": nothing will be sent', members.offset);
  }
  for (const node of sinks ?? []) {
    const sink = membersOf(node, sinkKeys, "a sink", problems);
    if (sink === undefined) continue;
    const name = sink.text("name");
    sink.flag("ignore_setup_error");
    const config = sink.object("config");
    if (name?.value !== "remote" && name?.value !== "null") {
      problems.error('the "name" of a sink must be "remote", or "null"', name?.offset ?? sink.offset);
    }
    const hasEndpoint = config?.members.some(
      ({ key, value }) => key === "endpoint" && value.kind === "string",
    );
    if (name?.value === "remote" && hasEndpoint !== true) {
      const message = 'the config of the sink "remote" must have an "endpoint": the path of a socket';
      problems.error(message, config?.offset ?? sink.offset);
    }
  }
}
