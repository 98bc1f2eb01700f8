import {
  createFieldReader,
  eventToJson,
  type FieldReading,
  type Filter,
  events as normalizeEvents,
  pipe,
  stage,
  type TrackedEvent,
  track,
} from "sentrytap";
import { compileWhere } from "../compile-where.ts";
import { ExitCode } from "../exit-code.ts";
import { jsonLine } from "../json-line.ts";
import { eachRecording, type RecordingOptions } from "../recordings.ts";
import type { Terminal } from "../terminal.ts";

/** Options of {@link events}. */
export interface EventsOptions extends RecordingOptions {
  /** Fields to print in place of the whole event. */
  readonly fields?: readonly string[];
  /** Only events that match this condition. */
  readonly where?: string;
}

/** What is printed of an event; `undefined` for nothing. */
type Describe = (event: TrackedEvent) => string | undefined;

/** `sentrytap events FILE...`: every event, or some fields of those that rules see, as a line of JSON. */
export async function events(
  files: readonly string[],
  options: EventsOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const all: Describe =
    options.fields === undefined ? (event) => jsonLine(eventToJson(event)) : describeFields(options.fields);
  const describe = options.where === undefined ? all : matching(compileWhere(options.where, terminal), all);
  const fine = await eachRecording(files, options, terminal, async (messages, tracker) => {
    // In the pipe, so that an event is described before the next one changes what surrounds it.
    for await (const lines of pipe(
      messages,
      normalizeEvents(),
      track(tracker),
      stage("describe", describe),
    )) {
      await terminal.print(lines);
      if (terminal.closed) return;
    }
  });
  return fine ? ExitCode.fine : ExitCode.failed;
}

/** Fields are read of every event, as `evt.num` counts them. */
function matching(filter: Filter, describe: Describe): Describe {
  return (event) => {
    const described = describe(event);
    return filter.matches(event) ? described : undefined;
  };
}

function describeFields(names: readonly string[]): Describe {
  const reader = createFieldReader(names);
  return (event) => {
    const values = reader.read(event);
    if (values === undefined) return undefined;
    return jsonLine(Object.fromEntries(values.map((value, i) => [names[i], toJson(value)])));
  };
}

function toJson(value: FieldReading): unknown {
  if (typeof value === "bigint") return String(value);
  return Array.isArray(value) ? value.map(toJson) : value;
}
