import { Command, InvalidArgumentError, Option } from "commander";
import { createFieldReader, loadRules, TraceError } from "sentrytap";
import { omissible, outputOptions } from "./alert-lines.ts";
import { type ConfigOptions, config } from "./commands/config.ts";
import { decode } from "./commands/decode.ts";
import { type DetectOptions, detect } from "./commands/detect.ts";
import { type EventsOptions, events } from "./commands/events.ts";
import { type ExplainOptions, explain } from "./commands/explain.ts";
import { type FieldsOptions, fields } from "./commands/fields.ts";
import { type InstallOptions, install, type UninstallOptions, uninstall } from "./commands/install.ts";
import { type RecordOptions, record } from "./commands/record.ts";
import { type ReplayOptions, replay } from "./commands/replay.ts";
import { type RulesCheckOptions, rulesCheck } from "./commands/rules-check.ts";
import { type SessionsAttachOptions, sessionsAttach } from "./commands/sessions-attach.ts";
import { type SessionsDetachOptions, sessionsDetach } from "./commands/sessions-detach.ts";
import { type SessionsListOptions, sessionsList } from "./commands/sessions-list.ts";
import type { ExitCode } from "./exit-code.ts";
import { addSelection, type SelectionOptions } from "./selection.ts";
import type { Streams, Terminal } from "./terminal.ts";
import { version } from "./version.ts";

/** The command line: what can be said, and what runs then. `done` gets the exit code of what ran. */
export function createProgram(terminal: Terminal, streams: Streams, done: (code: ExitCode) => void): Command {
  const program = new Command("sentrytap")
    .description("See what happens inside gVisor sandboxes.")
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void streams.stdout.write(text),
      writeErr: (text) => void streams.stderr.write(text),
    })
    .showHelpAfterError("(add --help for what there is)");
  const run =
    <Args extends readonly unknown[]>(command: (...args: Args) => Promise<ExitCode>) =>
    async (...args: Args): Promise<void> =>
      done(await command(...args));

  program
    .command("decode")
    .description("Print every message of trace files as a line of JSON.")
    .argument("<file...>", "trace files, as gVisor's tracereplay has them; - is standard input")
    .action(run((files: string[]) => decode(files, terminal)));

  program
    .command("events")
    .description("Print every event of trace files as a line of JSON.")
    .argument("<file...>", "trace files; - is standard input")
    .option("-F, --fields <names>", "print these fields of what rules see: proc.name,fd.name", fieldNames)
    .option("-w, --where <condition>", "only events that match a condition of the rule language")
    .addOption(procfs())
    .addOption(architecture())
    .action(run((files: string[], options: EventsOptions) => events(files, options, terminal)));

  const detecting = program
    .command("detect")
    .description("Print alerts: of trace files, or of the sandboxes that connect to a socket.")
    .argument("[file...]", "trace files; - is standard input")
    .addOption(rulesFiles())
    .option("-l, --listen <socket>", "listen at this socket for sandboxes")
    .addOption(
      new Option(
        "--containers <source>",
        "who tells of containers: auto (the daemons of this machine), off, or a daemon's socket (default: auto)",
      ).argParser(collect),
    )
    .addOption(
      new Option("-f, --format <format>", "json, or text (default: text on a terminal, else json)").choices([
        "json",
        "text",
      ]),
    )
    .option(
      "--attach",
      "with --listen: also have those sandboxes connect that run already, or that nobody listened to",
    )
    .option("-a, --all-matches", "every rule that matches an event, not only the first")
    .option(
      "--workers <count>",
      "with --listen: judge sandboxes in so many threads, 64 at most",
      positiveInteger,
    )
    .option("--stats", "at the end, what each rule matched, and the time it took")
    .option(
      "-p, --print <format>",
      "add this to every output: a format, or container, or container-gvisor",
      printFormat,
    )
    .addOption(
      new Option("--time <form>", "times at the beginning of outputs (default: local)").choices([
        "local",
        "iso8601",
      ]),
    )
    .option("--omit <keys>", `JSON without these: ${omissible.join(", ")}`, omittedKeys)
    .option("--hostname <name>", "name of this host, for JSON and for evt.hostname")
    .addOption(procfs())
    .addOption(architecture());
  addWhere(detecting)
    .addOption(fidelity())
    .option("--look-every <seconds>", "with --attach: how often they are looked for (default: 5)", positive)
    .option("--take-over", "with --attach: also replace sessions that another program reads")
    .option("--no-seed", "with --attach: do not ask sandboxes for what ran before");
  const selection = addSelection(detecting);
  detecting.action(
    run((files: string[], options: DetectOptions) => detect(files, { ...options, ...selection() }, terminal)),
  );

  program
    .command("record")
    .description("Record every sandbox that connects to a socket, each in a trace file of its own.")
    .requiredOption("-l, --listen <socket>", "listen at this socket for sandboxes")
    .requiredOption("-o, --out <directory>", "where the files go; made if missing")
    .action(run((options: RecordOptions) => record(options, terminal)));

  program
    .command("replay")
    .description("Send trace files to a socket, as if their sandboxes ran.")
    .argument("<file...>", "trace files; - is standard input")
    .requiredOption("-c, --connect <socket>", "the socket that a server listens at")
    .option("-n, --connections <count>", "connections for each file, all at once", positiveInteger, 1)
    .option("--loops <count>", "how often each connection sends its file", positiveInteger, 1)
    .option(
      "--rate <messages>",
      "messages a second, all together (default: as fast as they are read)",
      positive,
    )
    .action(run((files: string[], options: ReplayOptions) => replay(files, options, terminal)));

  const configuring = program
    .command("config")
    .description("Print a configuration for runsc --pod-init-config, with which every new sandbox connects.")
    .option("--runsc <path>", "leave out points that this runsc lacks, and ask for raw ones in their place")
    .option("--why", "print what each point is there for");
  const configured = addSession(configuring);
  configuring.action(run((options: ConfigOptions) => config({ ...options, ...configured() }, terminal)));

  const sessions = program
    .command("sessions")
    .description("See to the trace sessions of sandboxes that run.");

  addWhere(sessions.command("list"))
    .description("List the sandboxes that run, and whether somebody reads their sessions.")
    .option("--json", "a line of JSON a sandbox")
    .action(run((options: SessionsListOptions) => sessionsList(options, terminal)));

  const attaching = addWhere(sessions.command("attach"))
    .description("Give sandboxes that run sessions for a socket that somebody listens at.")
    .argument("[id...]", "sandboxes, by the beginnings of their ids (default: all)")
    .option("--take-over", "also replace sessions that another program reads")
    .option("--json", "a line of JSON a sandbox");
  const attached = addSession(attaching);
  attaching.action(
    run((ids: string[], options: SessionsAttachOptions) =>
      sessionsAttach(ids, { ...options, ...attached() }, terminal),
    ),
  );

  addWhere(sessions.command("detach"))
    .description("Remove the sessions of sandboxes.")
    .argument(
      "[id...]",
      "sandboxes, by the beginnings of their ids (default: those whose session nobody reads)",
    )
    .option("--json", "a line of JSON a sandbox")
    .action(run((ids: string[], options: SessionsDetachOptions) => sessionsDetach(ids, options, terminal)));

  const installing = addInstallation(
    program
      .command("install")
      .description(
        "Have the containers of a Docker runtime connect, or a service listen: show what that changes, or do it.",
      ),
  )
    .option(
      "--runsc <path>",
      "runsc, for a runtime that is not there yet, or for the service to ask (default: the one on the PATH)",
    )
    .option(
      "--pod-init <file>",
      "where the session goes that sandboxes get (default: /etc/sentrytap/pod-init.json)",
    );
  const installed = addSession(installing);
  installing.action(run((options: InstallOptions) => install({ ...options, ...installed() }, terminal)));

  addInstallation(
    program
      .command("uninstall")
      .description("Take back what install did, and nothing else: show what that changes, or do it."),
  ).action(run((options: UninstallOptions) => uninstall(options, terminal)));

  const rules = program.command("rules").description("See what rules can say.");

  rules
    .command("fields")
    .description("List the fields that conditions and outputs may name.")
    .argument("[pattern]", "only those whose name has this in it; * stands for anything: proc.*, fd.*ip")
    .option("--json", "a line of JSON a field, with all that is known of it")
    .action(run((pattern: string | undefined, options: FieldsOptions) => fields(pattern, options, terminal)));

  rules
    .command("check")
    .description("Tell what is wrong with rules, and which of them can fire on what gVisor tells.")
    .argument("<file...>", "rules files, in order, or directories of them")
    .option("--json", "one JSON document")
    .option("--session <file>", "judge by what this trace session tells: a file for runsc")
    .option("--containers", "a daemon will tell of containers and pods, as detect --listen asks one")
    .option("-v, --verbose", "also the rules of which there is nothing to say")
    .addOption(architecture())
    .action(run((files: string[], options: RulesCheckOptions) => rulesCheck(files, options, terminal)));

  rules
    .command("explain")
    .description("Tell why a rule matches the events that it looks at, or does not.")
    .argument("<file...>", "trace files; - is standard input")
    .requiredOption("--rule <name>", "the rule")
    .addOption(rulesFiles())
    .option("-w, --where <condition>", "only events that match this condition")
    .option("-m, --misses", "only events that the rule does not match")
    .addOption(procfs())
    .addOption(architecture())
    .action(run((files: string[], options: ExplainOptions) => explain(files, options, terminal)));

  return program;
}

/** What new sandboxes report, and where to. The answer says which rules are on, once the options are parsed. */
function addSession(command: Command): () => SelectionOptions {
  command
    .option(
      "-e, --endpoint <socket>",
      "the socket that the server listens at",
      "/run/sentrytap/sentrytap.sock", // which a service can have a folder of its own for
    )
    .addOption(rulesFiles())
    .addOption(fidelity())
    .addOption(
      new Option(
        "--all",
        "every point with all its fields, reads and writes too: costs the sandboxes much",
      ).conflicts(["rules", "fidelity", "why"]),
    )
    .addOption(architecture());
  return addSelection(command);
}

/** Where sandboxes are looked for. */
function addWhere(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--root <folder>",
        "where runsc keeps its containers (default: those that are found)",
      ).argParser(collect),
    )
    .addOption(
      new Option(
        "--runsc <path>",
        "runsc; of several releases each, the newest first (default: the one on the PATH)",
      ).argParser(collect),
    );
}

function addInstallation(command: Command): Command {
  return command
    .option("--docker", "a runtime of Docker")
    .option("--runtime <name>", "the runtime, as in docker run --runtime (default: runsc)")
    .option("--config-file <file>", "Docker's configuration (default: /etc/docker/daemon.json)")
    .option("--systemd", "a service of systemd")
    .option("--unit <file>", "its unit (default: /etc/systemd/system/sentrytap.service)")
    .option("--apply", "do it");
}

function fidelity(): Option {
  return new Option(
    "--fidelity <level>",
    "exact (the default): the alerts of a session that asks for everything; lean: without what matters only where a sandbox plays tricks",
  ).choices(["exact", "lean"]);
}

function rulesFiles(): Option {
  const description =
    "rules to load, in order, in place of the starter rules; a directory stands for what is in it";
  return new Option("-r, --rules <file>", description).argParser(collect);
}

function procfs(): Option {
  return new Option(
    "--procfs <file>",
    "what runsc trace procfs printed of the sandbox, had it run already when its one trace file begins",
  );
}

function architecture(): Option {
  return new Option("--arch <arch>", "CPU architecture of the sandboxes (default: this machine's)").choices([
    "x64",
    "arm64",
  ]);
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** A format that can be filled in. */
function printFormat(text: string, before: readonly string[] = []): readonly string[] {
  try {
    loadRules([], outputOptions({ print: [text] }));
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    throw new InvalidArgumentError(`It must be a format: ${error.message.replace(/^.*?extraOutput: /, "")}`);
  }
  return [...before, text];
}

/** Keys with commas between them. */
function omittedKeys(text: string, before: readonly string[] = []): readonly string[] {
  const keys = text.split(",").map((key) => key.trim());
  const known: readonly string[] = omissible;
  const wrong = keys.find((key) => !known.includes(key));
  if (wrong !== undefined) throw new InvalidArgumentError(`It must name some of ${omissible.join(", ")}.`);
  return [...before, ...keys];
}

/** Names with commas between them, of fields that there are. */
function fieldNames(text: string, before: readonly string[] = []): readonly string[] {
  const names = text.split(/,(?![^[]*\])/).map((name) => name.trim());
  try {
    createFieldReader(names);
  } catch (error) {
    if (error instanceof TraceError) throw new InvalidArgumentError(`It must name fields: ${error.message}`);
    throw error;
  }
  return [...before, ...names];
}

function positive(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError("It must be a number over 0.");
}

function positiveInteger(text: string): number {
  const value = positive(text);
  if (Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError("It must be a whole number.");
}
