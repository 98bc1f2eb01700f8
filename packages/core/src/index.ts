export type { Batches } from "./batches.ts";
export { flat } from "./flat.ts";
export { type HoldOptions, type HoldStage, type HoldStats, hold } from "./hold.ts";
export { printable, printableJson } from "./printable.ts";
export { type SoleConsumer, soleConsumer } from "./sole-consumer.ts";
export { type Emit, expand, pipe, type Stage, stage } from "./stage.ts";
export { type ErrorCode, TraceError, type TraceErrorOptions } from "./trace-error.ts";
