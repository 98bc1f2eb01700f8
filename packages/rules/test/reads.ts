import type { TrackedEvent } from "@sentrytap/state";
import { createFieldReader, type FieldReaderOptions, type FieldReading } from "../src/field-reader.ts";

/** What the field `name` says of `event` alone. */
export function readField(name: string, event: TrackedEvent, options: FieldReaderOptions = {}): FieldReading {
  return createFieldReader([name], options).read(event)?.[0] ?? null;
}
