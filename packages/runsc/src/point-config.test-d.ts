import { expectTypeOf } from "vitest";
import {
  type ContextField,
  contextFields,
  createRunsc,
  isPointConfig,
  type OptionalField,
  type PointConfig,
  type PointRequest,
  planSession,
  podInitConfig,
  RunscError,
  readSessionConfig,
  sessionConfig,
  streamOf,
  type TracePointName,
} from "./index.ts";

const endpoint = "/run/s.sock";

// Names are known, each with its fields.
expectTypeOf<OptionalField<"container/start">>().toEqualTypeOf<"env">();
expectTypeOf<OptionalField<"syscall/execveat/enter">>().toEqualTypeOf<"fd_path" | "envv">();
expectTypeOf<OptionalField<"syscall/clone/exit">>().toBeNever();
expectTypeOf<"syscall/accept4/exit" | "sentry/mmap">().toExtend<TracePointName>();
expectTypeOf<"syscall/accept5/exit">().not.toExtend<TracePointName>();
expectTypeOf(contextFields).toEqualTypeOf<readonly ContextField[]>();

sessionConfig({
  endpoint,
  points: [
    { name: "container/start", optional_fields: ["env"], context_fields: ["time", "container_id"] },
    { name: "sentry/execve", optional_fields: ["binary_info", "fd_info"], context_fields: contextFields },
    { name: "syscall/clone/exit", context_fields: [] },
    { name: "syscall/sysno/59/enter", context_fields: ["time"] },
  ],
});
const sysno: number = 59;
podInitConfig({ endpoint, points: [{ name: `syscall/sysno/${sysno}/exit`, context_fields: [] }] });

// @ts-expect-error there is no such point
sessionConfig({ endpoint, points: [{ name: "syscall/openatt/exit", context_fields: [] }] });
// @ts-expect-error raw points have numbers
sessionConfig({ endpoint, points: [{ name: "syscall/sysno/openat/exit", context_fields: [] }] });
// @ts-expect-error the point does not offer the field
const foreign: PointConfig = { name: "syscall/openat/exit", optional_fields: ["env"], context_fields: [] };
// @ts-expect-error raw points offer none
const raw: PointConfig = { name: "syscall/sysno/2/exit", optional_fields: ["fd_path"], context_fields: [] };
// @ts-expect-error there is no such context field
const context: PointConfig = { name: "syscall/openat/exit", context_fields: ["pid"] };
// @ts-expect-error the context has to be asked for
const none: PointConfig = { name: "syscall/openat/exit" };
expectTypeOf([foreign, raw, context, none]).toEqualTypeOf<PointConfig[]>();
// @ts-expect-error there is no such set of points
sessionConfig({ endpoint, points: "some" });
// @ts-expect-error a bare session is refused where nobody listens
sessionConfig({ endpoint, ignoreSetupError: true });

// Names that are only known at run time are told apart by a guard.
declare const asked: PointRequest;
// @ts-expect-error it may be anything
sessionConfig({ endpoint, points: [asked] });
if (isPointConfig(asked)) sessionConfig({ endpoint, points: [asked] });

// What is planned can be asked for, what is asked for can be read, created and judged.
declare const rules: Parameters<typeof planSession>[0];
const session = sessionConfig({ endpoint, points: planSession(rules).points });
expectTypeOf(session.points).toEqualTypeOf<readonly PointConfig[]>();
streamOf(session);
streamOf(readSessionConfig("{}", "session.json").session);
const runsc = createRunsc({ root: "/run/runsc" });
expectTypeOf(runsc.traceCreate("id", session, { force: true })).toEqualTypeOf<Promise<void>>();
expectTypeOf(runsc.traceCreate("id", podInitConfig({ endpoint }).trace_session)).toEqualTypeOf<
  Promise<void>
>();
// @ts-expect-error the file of new sandboxes has the session inside
runsc.traceCreate("id", podInitConfig({ endpoint }));
// @ts-expect-error there is only this session
runsc.traceDelete("id", "Other");

declare const error: unknown;
if (error instanceof RunscError) {
  expectTypeOf(error.code).toEqualTypeOf<"ERR_RUNSC">();
  // @ts-expect-error there is no such reason
  error.reason === "unknown";
}
