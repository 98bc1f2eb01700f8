// Guides are followed as they are written: every command of a page, in order, on a machine of its own.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import type { Machine } from "../e2e/machine.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A fenced block of a page. */
export interface Block {
  /** What stands behind the fence: `sh`, `json`, nothing. */
  readonly language: string;
  readonly text: string;
  /** Where it begins, counted from 1. */
  readonly line: number;
  /** The heading that it stands under. */
  readonly heading: string;
  /** The file that it is the text of: what stands before it ends in the file's name and a colon. */
  readonly file: string | undefined;
}

/** The fenced blocks of a page, in order. */
export function blocksOf(page: string): readonly Block[] {
  const blocks: Block[] = [];
  let [heading, language, start, before]: [string, string | undefined, number, string] = [
    "",
    undefined,
    0,
    "",
  ];
  const lines = readFileSync(join(root, page), "utf8").split("\n");
  for (const [index, line] of lines.entries()) {
    const fence = /^```(\w*)/.exec(line);
    if (fence === null) {
      if (language !== undefined) continue;
      heading = /^#+ (.*)/.exec(line)?.[1] ?? heading;
      if (line !== "") before = line;
    } else if (language === undefined) {
      [language, start] = [fence[1] ?? "", index + 1];
    } else {
      const text = `${lines.slice(start, index).join("\n")}\n`;
      const [, file] = /`([\w/.-]+)`[^`]*:$/.exec(before) ?? [];
      blocks.push({ language, heading, line: start, text, file: language === "sh" ? undefined : file });
      before = "";
      language = undefined;
    }
  }
  return blocks;
}

/** Where a reader has the checkout. */
export const checkout = "/opt/sentrytap";

/** A reader of a page, who does what it says at the two terminals of a machine. */
export class Reader {
  readonly #machine: Machine;
  readonly #differences: readonly (readonly [said: string, here: string])[];
  #printed = "";
  #last = "";

  /** `differences`: what a page says, and what is so on this machine. */
  constructor(machine: Machine, differences: readonly (readonly [said: string, here: string])[] = []) {
    this.#machine = machine;
    this.#differences = differences;
  }

  /** Does what a block says, writes the file that it is of, or finds what it shows. */
  async follow({ language, text: said, file }: Block): Promise<void> {
    const text = this.#differences.reduce((so, [is, here]) => so.replaceAll(is, here), said);
    if (language === "sh") for (const command of commandsIn(text)) await this.#type(command);
    else if (file !== undefined)
      await this.#machine.succeed(
        `cd ${checkout} && mkdir -p "$(dirname ${file})" && cat >${file} <<'END'\n${text}END`,
      );
    else if (language === "diff") expect(this.#printed).toContain(text);
    else if (language === "") await this.#finds(text);
    else throw new Error(`nobody knows what to do with ${language} at ${text}`);
  }

  async #type(command: string): Promise<void> {
    if (/ detect .*--listen/.test(command)) await this.#listen(command);
    else this.#printed = await this.#machine.succeed(`cd ${checkout} && ${command}`);
    this.#last = command;
  }

  /** What goes on until it is stopped has a terminal of its own, which here is a unit, with its output in the journal. */
  async #listen(command: string): Promise<void> {
    const [, socket = ""] = /--listen (\S+)/.exec(command) ?? [];
    await this.#machine.run("systemctl stop terminal");
    await this.#machine.succeed(
      `systemd-run --quiet --collect --unit=terminal --working-directory=${checkout} ${command}`,
    );
    await this.#soon(`grep -q ' 00010000 .* ${socket}$' /proc/net/unix`);
  }

  /** Alerts that are shown as lines of text have come, or come soon. Times are others, and dots stand for what is left out. */
  async #finds(text: string): Promise<void> {
    for (const line of text.split("\n").filter((each) => each !== "")) {
      const [, shown] = /^\d\d:\d\d:\d\d\.\d{9}: (.+ \| .+)$/.exec(line) ?? [];
      if (shown === undefined) throw new Error(`this is no alert: ${line}`);
      const parts = shown.split(/ *\.\.\. */).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
      await this.#soon(`journalctl --no-pager -o cat | grep -qP '${parts.join(".*")}'`, this.#last);
    }
  }

  /** What is done in a container that runs already a reader does again where it was too early. */
  async #soon(command: string, before = ""): Promise<void> {
    for (const limit = Date.now() + 10_000; ; await sleep(100)) {
      const { exitCode } = await this.#machine.run(command);
      if (exitCode === 0) return;
      if (before.startsWith("docker exec ")) await this.#machine.succeed(before);
      if (Date.now() < limit) continue;
      const said = await this.#machine.succeed("journalctl --no-pager -u terminal -u sentrytap");
      throw new Error(`${command}\n${said}`);
    }
  }
}

/** The commands of a block: a line each, or several that end in a backslash. */
function commandsIn(text: string): readonly string[] {
  return text
    .replaceAll("\\\n", " ")
    .split("\n")
    .filter((line) => line !== "");
}
