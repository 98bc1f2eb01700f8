import { readFileSync } from "node:fs";
import { release } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWithMachine, type Machine, startMachine } from "./machine.ts";

const checkout = fileURLToPath(new URL("../..", import.meta.url));
const rules = `
- rule: Shadow
  desc: d
  condition: evt.type in (open, openat) and fd.name = /etc/shadow
  output: shadow was read
  priority: WARNING
`;

function isOlderThan(major: number, minor: number): boolean {
  const [ownMajor = 0, ownMinor = 0] = release().split(".").map(Number);
  return ownMajor < major || (ownMajor === major && ownMinor < minor);
}

describeWithMachine("a service of systemd", (runsc) => {
  let machine: Machine;

  beforeAll(async () => {
    machine = await startMachine({
      files: { "/etc/sentrytap/rules.yaml": rules, "/etc/hostname": "watched\n" },
      mounts: { "/opt/sentrytap": checkout, "/usr/bin/runsc": runsc.path },
    });
  });
  afterAll(() => machine.close());

  const sentrytap = "/opt/sentrytap/node_modules/.bin/sentrytap";
  const endpoint = "/run/sentrytap/sentrytap.sock";
  const sandbox = `runsc --network=none --ignore-cgroups --platform=${runsc.platform} --pod-init-config=/etc/sentrytap/pod-init.json do`;
  const property = async (name: string): Promise<string> =>
    (await machine.succeed(`systemctl show -P ${name} sentrytap`)).trim();

  /** How many alerts are in the journal. */
  async function alerts(text = "shadow was read"): Promise<number> {
    const journal = await machine.succeed("journalctl -u sentrytap -t sentrytap -o cat --no-pager");
    return journal.split("\n").filter((line) => line.startsWith("{") && line.includes(text)).length;
  }

  async function until(isTrue: () => Promise<boolean>): Promise<void> {
    for (const limit = Date.now() + 10_000; !(await isTrue()); await sleep(100)) {
      if (Date.now() > limit)
        throw new Error(await machine.succeed("journalctl -u sentrytap --no-pager | tail -50"));
    }
  }

  test("is installed, and listens when systemd says that it has started", async () => {
    await machine.succeed(`${sentrytap} install --systemd -r /etc/sentrytap/rules.yaml --apply`);
    expect(await machine.succeed("systemd-analyze verify /etc/systemd/system/sentrytap.service 2>&1")).toBe(
      "",
    );
    await machine.succeed("systemctl daemon-reload && systemctl enable --now sentrytap");
    expect(await machine.succeed(`test -S ${endpoint}; stat -c '%a %U' /run/sentrytap ${endpoint}`)).toBe(
      "700 root\n600 root\n",
    );
  });

  test("has none of root's capabilities, and little else", async () => {
    const pid = await property("MainPID");
    const status = await machine.succeed(`cat /proc/${pid}/status`);
    expect(status).toMatch(/^CapEff:\t0+$/m);
    expect(status).toMatch(/^CapBnd:\t0+$/m);
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
    expect(status).toMatch(/^Seccomp:\t2$/m);
    expect(await machine.succeed(`grep ' / / ro,' /proc/${pid}/mountinfo`)).toContain("overlay");
    const { exitCode, stdout } = await machine.run(
      "systemd-analyze security --threshold=20 --no-pager sentrytap",
    );
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
  });

  test("alerts into the journal", async () => {
    await machine.succeed(
      `${sentrytap} config -r /etc/sentrytap/rules.yaml -e ${endpoint} >/etc/sentrytap/pod-init.json`,
    );
    await machine.succeed(`${sandbox} cat /etc/shadow`);
    await until(async () => (await alerts()) > 0);
  });

  test("may let the thread that reads come before others", async () => {
    expect(await property("LimitNICE")).toBe("30"); // as the kernel counts: 20 less the nice value
  });

  // A machine may refuse the nice value, and an older Linux knows no slices: then there is nothing to see.
  test.skipIf(isOlderThan(6, 12))(
    "lets the thread that reads come before others where a socket fills",
    async () => {
      const pid = await property("MainPID");
      await machine.succeed(`
      thread=$(grep -lx seqpacket /proc/${pid}/task/*/comm | xargs dirname)
      isPrompt() { [ "$(cut -d " " -f 19 "$thread/stat")" = -10 ] || grep -q "^se.slice *: *100000$" "$thread/sched"; }
      ${sandbox} sh -c 'for i in $(seq 100000); do : </etc/hostname; done' &
      for i in $(seq 20); do
        sleep 0.1; kill -STOP ${pid}; sleep 0.3; kill -CONT ${pid}; sleep 0.1
        if isPrompt; then break; fi
      done
      kill %1
      isPrompt`);
    },
  );

  test("is started again where it was killed, and listens again", async () => {
    const before = await alerts();
    await machine.succeed(`kill -9 ${await property("MainPID")}`);
    await until(
      async () => (await property("NRestarts")) === "1" && (await property("ActiveState")) === "active",
    );
    await machine.succeed(`${sandbox} cat /etc/shadow`);
    await until(async () => (await alerts()) > before);
  });

  test("reads the rules again when it is reloaded", async () => {
    await machine.succeed(
      "sed -i 's/shadow was read/shadow was seen/' /etc/sentrytap/rules.yaml && systemctl reload sentrytap",
    );
    await until(async () =>
      (await machine.succeed("journalctl -u sentrytap --no-pager")).includes("read again"),
    );
    await machine.succeed(`${sandbox} cat /etc/shadow`);
    await until(async () => (await alerts("shadow was seen")) > 0);
  });

  test("does not try again and again with rules that are wrong", async () => {
    await machine.succeed("sed -i 's/evt.type/evt.tpe/' /etc/sentrytap/rules.yaml");
    const { exitCode } = await machine.run("systemctl restart sentrytap");
    expect(exitCode).toBe(1);
    expect([await property("ActiveState"), await property("ExecMainStatus")]).toEqual(["failed", "2"]);
    expect(await machine.succeed("journalctl -u sentrytap --no-pager")).toContain("there is no field");
  });

  test("is taken back without a trace", async () => {
    await machine.run("systemctl disable --now sentrytap");
    await machine.succeed(`${sentrytap} uninstall --systemd --apply && systemctl daemon-reload`);
    expect(await machine.run("systemctl cat sentrytap")).toMatchObject({ exitCode: 1 });
    expect(await machine.succeed("ls /etc/systemd/system | grep -c sentrytap || true")).toBe("0\n");
    expect(await machine.succeed("ls /run | grep -c sentrytap || true")).toBe("0\n");
  });

  test("shares no file with the machine that it is on", () => {
    expect(readFileSync("/etc/hostname", "utf8")).not.toBe("watched\n");
  });
});
