import {
  type Attachment,
  attach,
  describeGivenUp,
  type Fidelity,
  findRunsc,
  type PointConfig,
  planSession,
  printable,
  type RuleSet,
  type SandboxName,
  type SentryServer,
  TraceError,
  type Tracker,
} from "sentrytap";
import { findOptions, shortId, type WhereOptions } from "./chosen-sandboxes.ts";
import { pointsOf } from "./session-of.ts";
import type { Terminal } from "./terminal.ts";

/** Options that go with `--attach`. */
export interface AttachOptions extends WhereOptions {
  readonly attach?: boolean;
  readonly fidelity?: Fidelity;
  /** In seconds. */
  readonly lookEvery?: number;
  readonly takeOver?: boolean;
  /** False with `--no-seed`. */
  readonly seed?: boolean;
}

/** @throws {TraceError} `ERR_INVALID_ARGUMENT` where one of them is given without `--attach`, or that without a socket. */
export function checkAttachOptions(options: AttachOptions, listen: string | undefined): void {
  const { attach: isAttaching = false, root, runsc, fidelity, lookEvery, takeOver, seed } = options;
  const what = isAttaching && listen === undefined ? "--attach goes with --listen" : undefined;
  const isGiven = [root, runsc, fidelity, lookEvery, takeOver].some((value) => value !== undefined);
  const alone = !isAttaching && (isGiven || seed === false);
  if (what === undefined && !alone) return;
  throw new TraceError(
    "ERR_INVALID_ARGUMENT",
    what ?? "--root, --runsc, --fidelity, --look-every, --take-over and --no-seed go with --attach",
  );
}

/** What sandboxes are asked for so that `rules` see what they need. */
export async function pointsFor(
  rules: RuleSet,
  { fidelity, runsc }: AttachOptions,
  terminal: Terminal,
): Promise<readonly PointConfig[]> {
  const [program = findRunsc(), ...others] = runsc ?? [];
  const { points, givenUp } = planSession(rules, {
    ...(fidelity !== undefined && { fidelity }),
    // What several have in common nobody knows but they.
    ...(program !== undefined && others.length === 0 && { available: await pointsOf(program) }),
  });
  for (const each of givenUp) terminal.warn(`given up: ${describeGivenUp(each)}`);
  return points;
}

/** Says where rules that were read again see less than they need, as sessions stay as they are. */
export function warnOfMissingPoints(asked: readonly PointConfig[], rules: RuleSet, terminal: Terminal): void {
  const names = new Set(asked.map(({ name }) => name));
  const missing = planSession(rules).points.filter(({ name }) => !names.has(name));
  if (missing.length === 0) return;
  const list = missing.map(({ name }) => name).join(", ");
  terminal.warn(
    `sandboxes are asked for what the rules at the start needed, and these need more (${list}): start again`,
  );
}

/** Has the sandboxes of this machine connect, and tells the person how they fare. */
export function attachSandboxes(
  server: SentryServer,
  tracker: Tracker,
  points: readonly PointConfig[],
  options: AttachOptions,
  terminal: Terminal,
): Attachment {
  const { lookEvery, takeOver = false, seed = true } = options;
  const attachment = attach({
    server,
    points,
    takeOver,
    ...findOptions(options),
    ...(lookEvery !== undefined && { lookEveryMs: 1_000 * lookEvery }),
    ...(seed && { tracker }),
  });
  const name = ({ id }: SandboxName): string => `sandbox ${printable(shortId(id))}`;
  attachment.on("attached", (sandbox, { replaced }) => {
    if (replaced === undefined) terminal.notice(`${name(sandbox)} is attached`);
    else if (replaced === "gone") {
      terminal.warn(`${name(sandbox)} is attached again: nobody read its session, and what it told is lost`);
    } else terminal.warn(`${name(sandbox)} is attached, and its session was maybe read by another program`);
  });
  attachment.on("seeded", (sandbox, { processes }) => {
    terminal.notice(`${name(sandbox)}: ${processes} of its processes ran before`);
  });
  attachment.on("unseen", (sandbox) => {
    terminal.warn(`${name(sandbox)} ran without being connected: what it did until now was not seen`);
  });
  attachment.on("failed", (sandbox, error, { retryInMs }) => {
    const again = retryInMs === undefined ? "" : `; it is tried again in ${retryInMs / 1_000} s`;
    terminal.warn(`${name(sandbox)}: ${printable(error.message)}${again}`);
  });
  attachment.on("detached", (sandbox) => terminal.notice(`${name(sandbox)} is detached`));
  attachment.on("error", (error) => terminal.warn(printable(error.message)));
  return attachment;
}
