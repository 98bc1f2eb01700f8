import { types } from "../fields/event-groups.ts";
import type { Need } from "./essentials.ts";
import { isRaw, type Place } from "./place.ts";
import type { PointShape, StreamShape } from "./stream-shape.ts";
import { births, feeds, type Table, telling } from "./table-feeds.ts";
import { tracePoint, tracePoints } from "./trace-points.ts";

/** What to add to a session. */
export type Mend =
  | { readonly kind: "points"; readonly points: readonly string[] }
  | { readonly kind: "context-field" | "optional-field"; readonly field: string; readonly point: string };

/** How much of a need a stream meets. */
export type Supply = "all" | "some" | "none";

/** What a stream tells, beside what each event says of itself. */
export interface Supplies {
  /** The sources outside the sandbox that fill fields. */
  readonly filledBy: ReadonlySet<string>;
  /** How much of `need` is met for the events of `place`: `none` only where nothing ever meets it. */
  supplyOf(need: Need, place: Place): Supply;
  /** What to add to meet all of it. */
  mendsOf(need: Need, place: Place): readonly Mend[];
}

/** What meets a need. */
interface Source {
  supply(place: Place): Supply;
  mends(point: PointShape): readonly Mend[];
}

type Sources = Readonly<Partial<Record<Need, Source>>>;

/** Needs that are met by what meets another. */
const sameAs: Readonly<Partial<Record<Need, Need>>> = {
  "context:credentials": "identities",
  "context:cwd": "directories",
  "optional:env": "environments",
  "optional:envv": "environments",
  "optional:fd_path": "descriptors",
};

/** Context fields that are kept of a thread or process once one of its events has told them. */
const kept: ReadonlySet<string> = new Set([
  "process_name",
  "credentials",
  "cwd",
  "container_id",
  "thread_group_start_time",
]);

class StreamSupplies implements Supplies {
  readonly filledBy: ReadonlySet<string>;
  readonly #seeded: Supply;
  /** Points whose messages say whose they are, by name: no others feed the tables. */
  readonly #points = new Map<string, PointShape>();
  /** The context fields that some point has. */
  readonly #contexts = new Set<string>();
  /** The optional fields that some point has. */
  readonly #asked: ReadonlySet<string>;
  /** Some point is raw, which feeds tables with what registers tell. */
  readonly #hasRaw: boolean;
  /** Some point names descriptors. */
  readonly #namesDescriptors: boolean;

  readonly #sources: Sources = {
    "context:thread_id": askedAs("thread_id", (place) => this.#thread(place)),
    "context:container_id": askedAs("container_id", (place) =>
      best(this.#context("container_id", place), this.#has("container/start") ? "some" : "none"),
    ),
    "context:thread_group_start_time": askedAs("thread_group_start_time", (place) =>
      best(this.#context("thread_group_start_time", place), this.#table("lineage")),
    ),
    identities: askedAs("credentials", (place) => this.#ids(place)),
    directories: askedAs("cwd", (place) => best(this.#context("cwd", place), this.#table("directories"))),
    names: askedAs("process_name", (place) =>
      best(this.#context("process_name", place), this.#programs(place)),
    ),
    programs: {
      supply: (place) => this.#programs(place),
      mends: () => this.#feedsOf("programs"),
    },
    terminals: {
      supply: () => best(this.#has("container/start") ? "all" : "none", this.#seeded),
      mends: () => [{ kind: "points", points: ["container/start"] }],
    },
    environments: {
      supply: (place) => this.#environments(place),
      mends: () => this.#environmentMends(),
    },
    lineage: {
      supply: () => best(this.#table("lineage"), this.#toldBy("parent_thread_group_id")),
      mends: () => this.#feedsOf("lineage"),
    },
    sessions: {
      supply: () => best(this.#table("sessions"), this.#toldBy("is_exec_session")),
      mends: () => this.#feedsOf("sessions"),
    },
    descriptors: {
      supply: (place) => best(this.#fdPath(place), this.#descriptors(place)),
      mends: (point) =>
        offersFdPath(point)
          ? [{ kind: "optional-field", field: "fd_path", point: point.name }]
          : this.#feedsOf("descriptors"),
    },
    enters: {
      supply: (place) => this.#enters(place),
      mends: (point) => [{ kind: "points", points: [enterOf(point)] }],
    },
  };

  constructor({ points, filledBy, seeded }: StreamShape) {
    this.filledBy = filledBy;
    this.#seeded = seeded ? "some" : "none";
    this.#asked = new Set(points.flatMap(({ optionalFields }) => [...optionalFields]));
    this.#hasRaw = points.some(({ decoded }) => !decoded);
    this.#namesDescriptors = points.some(
      ({ optionalFields }) => optionalFields.has("fd_path") || optionalFields.has("fd_info"),
    );
    for (const point of points) {
      for (const field of point.contextFields) this.#contexts.add(field);
      // The first thread of a container needs no id.
      const isTold = point.contextFields.has("thread_id") || point.name === "container/start";
      if (isTold) this.#points.set(point.name, point);
    }
  }

  supplyOf(need: Need, place: Place): Supply {
    return this.#sourceOf(need).supply(place);
  }

  mendsOf(need: Need, { point }: Place): readonly Mend[] {
    return point === undefined ? [] : this.#sourceOf(need).mends(point);
  }

  #sourceOf(need: Need): Source {
    const known = this.#sources[sameAs[need] ?? need];
    if (known !== undefined) return known;
    const [kind, field = ""] = need.split(":");
    if (kind === "context") return askedAs(field, (place) => this.#context(field, place));
    return { supply: () => (this.#asked.has(field) ? "all" : "none"), mends: () => offering(field) };
  }

  #has(name: string): boolean {
    return this.#points.has(name);
  }

  #toldBy(contextField: string): Supply {
    return this.#contexts.has(contextField) ? "some" : "none";
  }

  #thread({ point, type }: Place): Supply {
    if (type === "sandbox_end") return "none";
    if (point === undefined) return "some";
    if (point.contextFields.has("thread_id")) return "all";
    return point.name === "container/start" ? "some" : "none";
  }

  #context(field: string, { point, type }: Place): Supply {
    if (type === "sandbox_end") return "none";
    if (point === undefined) return this.#toldBy(field);
    if (point.contextFields.has(field)) return "all";
    return kept.has(field) ? this.#toldBy(field) : "none";
  }

  #programs(place: Place): Supply {
    return tellsProgram(place) ? "all" : this.#table("programs");
  }

  #environments({ point }: Place): Supply {
    const own = point?.optionalFields.has("envv") || point?.optionalFields.has("env");
    if (own || point?.name === "sentry/execve") return "all";
    const told = [this.#asksFor("container/start", "env"), this.#tellsOfExecs("envv")];
    if (told.every(Boolean) && this.#has("sentry/clone")) return "all";
    return told.some(Boolean) ? "some" : this.#seeded;
  }

  #environmentMends(): readonly Mend[] {
    const mends: Mend[] = [];
    if (!this.#asksFor("container/start", "env")) {
      mends.push({ kind: "optional-field", field: "env", point: "container/start" });
    }
    if (this.#has("sentry/execve")) return mends;
    const points = ["syscall/execve/exit", "syscall/execveat/exit"];
    const lacking = points.filter((point) => !this.#asksFor(point, "envv"));
    return [...mends, ...lacking.map((point): Mend => ({ kind: "optional-field", field: "envv", point }))];
  }

  #tellsOfExecs(field: string): boolean {
    return this.#has("sentry/execve") || this.#asksFor("syscall/execve/exit", field);
  }

  #asksFor(point: string, field: string): boolean {
    return this.#points.get(point)?.optionalFields.has(field) === true;
  }

  #ids(place: Place): Supply {
    const told = this.#context("credentials", place);
    if (told !== "some") return best(told, this.#seeded);
    const begins = ["container/start", "sentry/clone"].every((name) => {
      return this.#points.get(name)?.contextFields.has("credentials") === true;
    });
    return begins && this.#table("identities") === "all" ? "all" : "some";
  }

  #enters({ point, type }: Place): Supply {
    if (point === undefined || isRaw({ type, point, supplies: this })) return "none";
    return point.name !== enterOf(point) && this.#has(enterOf(point)) ? "all" : "none";
  }

  #fdPath({ point, type }: Place): Supply {
    // On the exit of a close there is no such descriptor any more.
    if (point?.optionalFields.has("fd_path") && type !== "close") return "all";
    return this.#namesDescriptors ? "some" : "none";
  }

  #descriptors(place: Place): Supply {
    const table = this.#table("descriptors");
    if (!selfTold.has(place.type)) return table;
    return isRaw(place) ? best(table, "some") : "all";
  }

  #table(table: Table): Supply {
    const isWhole = feeds[table].every((groups) =>
      groups.some((group) => group.every((point) => this.#has(point))),
    );
    if (isWhole) return "all";
    // A birth hands on what is known of the parent, and adds nothing.
    const sources = feeds[table].flat(2).filter((point) => point !== "sentry/clone");
    const isFed = sources.some((point) => this.#has(point)) || (this.#hasRaw && table !== "lineage");
    return isFed ? "some" : this.#seeded;
  }

  #feedsOf(table: Table): readonly Mend[] {
    // What needs a table, and has it by birth, needs births as well; descriptors are what their calls say, mostly.
    const lines = table === "lineage" ? feeds.lineage : feeds[table].filter((line) => line !== births);
    const points = lines.flatMap((groups) => {
      const lacking = groups.map((group) => group.filter((point) => !this.#has(point)));
      return lacking.reduce((least, each) => (each.length < least.length ? each : least));
    });
    return [{ kind: "points", points }];
  }
}

/** Whether events say themselves which program runs. */
export function tellsProgram({ type, point }: Place): boolean {
  return telling.has(type) && point?.decoded === true;
}

/** Calls that say themselves what their descriptor refers to. */
const selfTold: ReadonlySet<string> = types(`
  open openat creat socket connect bind listen accept accept4 pipe pipe2 socketpair eventfd eventfd2 signalfd
  signalfd4 timerfd_create inotify_init inotify_init1
`);

/** What the context field of that name is to be added for. */
function askedAs(field: string, supply: Source["supply"]): Source {
  return { supply, mends: ({ name }) => [{ kind: "context-field", field, point: name }] };
}

/** To ask every point for `field` that offers it. */
function offering(field: string): readonly Mend[] {
  return tracePoints
    .filter(({ optionalFields }) => optionalFields.includes(field))
    .map(({ name }) => ({ kind: "optional-field", field, point: name }));
}

function offersFdPath({ name }: PointShape): boolean {
  return tracePoint(name)?.optionalFields.includes("fd_path") === true && name !== "syscall/close/exit";
}

function enterOf({ name }: PointShape): string {
  return name.replace(/exit$/, "enter");
}

function best(a: Supply, b: Supply): Supply {
  if (a === "all" || b === "all") return "all";
  return a === "some" || b === "some" ? "some" : "none";
}

/** What `stream` meets needs with. */
export function suppliesOf(stream: StreamShape): Supplies {
  return new StreamSupplies(stream);
}
