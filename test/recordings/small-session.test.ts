import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { decodeFrame, isMalformed, type Message, type TracedSandbox } from "@sentrytap/wire";
import { type Alert, detect, type Fidelity, loadRuleFiles, planSession, type RuleSet } from "sentrytap";
import { describe, expect, test } from "vitest";
import { corpus, fixtures, type Recording } from "../../packages/wire/test/corpus.ts";
import { thinner } from "./thin.ts";

// Of sessions that ask for everything there are recordings. What a session planned for some rules would have sent of the same
// sandbox is in them: it must raise the same alerts.

const shared = fileURLToPath(new URL("../../../shared/rules/", import.meta.url));
const publicFiles = ["falco_rules.yaml", "falco-incubating_rules.yaml", "falco-sandbox_rules.yaml"].map(
  (name) => `${shared}${name}`,
);

/** Sessions that ask for less. */
const lesser = /_(?:falco|minimal|raw|scapjson|lossy)\.|^rawall/;

const recordings = new Map([...fixtures, ...corpus()].map((each) => [each.name, each]));
const full = [...recordings.values()].filter(({ name }) => !lesser.test(name));

async function alertsOf(
  packets: readonly Uint8Array<ArrayBuffer>[],
  rules: RuleSet,
): Promise<readonly Alert[]> {
  const sandbox: TracedSandbox = { id: "box", arch: "x64" };
  async function* batches(): AsyncGenerator<readonly Message[]> {
    yield packets.map((packet) => decodeFrame(sandbox, packet)).filter((message) => !isMalformed(message));
  }
  const found: Alert[] = [];
  for await (const alert of detect(batches(), { rules, matching: "all" })) found.push(alert);
  return found;
}

/** What must be equal: of a lean session, descriptors may be named less. */
function contentOf({ rule, time, output }: Alert, fidelity: Fidelity): readonly unknown[] {
  return fidelity === "exact" ? [rule, time, output] : [rule, time];
}

function suite(title: string, fidelity: Fidelity, files: readonly string[] | undefined): void {
  describe(`a ${fidelity} session for ${title}`, async () => {
    const rules = await loadRuleFiles(files, { onWarning() {} });
    const thin = thinner(planSession(rules, { fidelity, arch: "x64" }).points);
    const totals = { alerts: 0, packets: 0, small: 0 };

    test.each(full)("raises the alerts of a full one: $name", async (recording: Recording) => {
      const packets = recording.packets();
      const small = packets.map(thin).filter((packet) => packet !== undefined);
      const expected = await alertsOf(packets, rules);
      const raised = await alertsOf(small, rules);
      expect(raised.map((alert) => contentOf(alert, fidelity))).toEqual(
        expected.map((alert) => contentOf(alert, fidelity)),
      );
      totals.alerts += expected.length;
      totals.packets += packets.length;
      totals.small += small.length;
    });

    test("raises some, of fewer messages", () => {
      expect(totals.alerts).toBeGreaterThan(0);
      expect(totals.small).toBeLessThan(totals.packets / 2);
      console.log(`${fidelity} session for ${title}: ${JSON.stringify(totals)}`);
    });
  });
}

suite("the starter rules", "exact", undefined);
suite("the starter rules", "lean", undefined);
if (existsSync(shared)) {
  suite("the public rules", "exact", publicFiles);
  suite("the public rules", "lean", publicFiles);
} else {
  console.warn(`*** NOT TESTED: sessions for the public rules: there is no ${shared} ***`);
}
