import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sentrytap } from "../../packages/cli/test/command.ts";
import { type Dockerd, describeWithDocker, startDockerd } from "./dockerd.ts";
import { type Detecting, type PrintedAlert, startDetect } from "./sentrytap.ts";

const rules = `
- rule: counted
  desc: A program that is told a number.
  condition: evt.type = execve and proc.name = true and proc.args startswith n
  output: "%proc.args of %proc.pname in %container.name of %container.image.repository"
  priority: INFO
`;

/** Gives a number to a program every now and then. */
const counting = ["bash", "-c", "for ((n = 0; ; n++)); do /bin/true n $n; read -t 0.1 < /dev/zero; done"];

function numberOf({ output_fields: fields }: PrintedAlert): number {
  return Number(String(fields["proc.args"]).slice(2));
}

describeWithDocker("Docker's containers that run already", (runsc) => {
  let dockerd: Dockerd;

  beforeAll(async () => {
    dockerd = await startDockerd({ runsc });
    await dockerd.importImage("here/tools:1");
  });
  afterAll(() => dockerd.close());

  test("are attached with their names, found where they were not told to connect, and come back after kill -9", async () => {
    const run = (name: string): Promise<string> =>
      dockerd.docker("run", "-d", "--name", name, "--runtime=runsc", "here/tools:1", ...counting);
    const where = ["--root", dockerd.runscRoot, "--runsc", runsc.path];
    const file = join(dockerd.folder, "rules.yaml");
    writeFileSync(file, rules);
    const early = await run("early");

    const socket = join(dockerd.folder, "s.sock");
    const attaching = [...where, "--attach", "--look-every", "0.5", "--containers", dockerd.socket];
    const detect = (): Promise<Detecting> => startDetect(socket, "-r", file, ...attaching);
    const of =
      (name: string) =>
      ({ output }: PrintedAlert): boolean =>
        output.includes(`of bash in ${name} of here/tools`);

    const first = await detect();
    await first.alert(of("early"));
    expect(first.said()).toBe("");
    const late = await run("late");
    await first.alert(of("late"));
    expect(first.said()).toBe(
      `sentrytap: sandbox ${late.slice(0, 12)} ran without being connected: what it did until now was not seen\n`,
    );
    await first.stop("SIGKILL");

    const second = await detect();
    await Promise.all([second.alert(of("early")), second.alert(of("late"))]);
    await second.stop();
    expect(new Set(second.said().trimEnd().split("\n"))).toEqual(
      new Set(
        [early, late].map(
          (id) =>
            `sentrytap: sandbox ${id.slice(0, 12)} is attached again: nobody read its session, and what it told is lost`,
        ),
      ),
    );
    for (const name of ["early", "late"]) {
      const [before, after] = [first, second].map(({ alerts }) => alerts.filter(of(name)).map(numberOf));
      for (const numbers of [before, after]) {
        expect(numbers).toEqual(numbers?.map((_, i) => (numbers[0] ?? 0) + i));
      }
      expect(after?.[0]).toBeGreaterThan(before?.at(-1) ?? 0);
    }

    const { json } = await sentrytap(["sessions", "list", "--json", ...where]);
    expect(new Map(json.map(({ id, session }) => [id, session]))).toEqual(
      new Map([early, late].map((id) => [id, false])),
    );
  });
});
