import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { readAdmissionConfiguration } from "./admission-configuration.ts";
import { standardText } from "./pod-security/policy.ts";

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "skiff-admission-"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

const HEAD = "apiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\n";
const POD_SECURITY = "{ apiVersion: pod-security.admission.config.k8s.io/v1, kind: PodSecurityConfiguration";

function read(text: string) {
  const path = join(folder, "admission.yaml");
  writeFileSync(path, HEAD + text);
  return readAdmissionConfiguration(path);
}

describe("readAdmissionConfiguration()", () => {
  it("reads the defaults and exemptions of PodSecurity", () => {
    const text = `plugins: [{ name: PodSecurity, configuration: ${POD_SECURITY}, defaults: { enforce: baseline, enforce-version: v1.30, audit: restricted }, exemptions: { namespaces: [kube-system] } } }]`;
    const { podSecurity } = read(text);
    const { enforce, audit, warn } = podSecurity?.defaults ?? {};
    const texts = [enforce, audit, warn].map((standard) => standard && standardText(standard));
    assert.deepEqual(texts, ["baseline:v1.30", "restricted:latest", "privileged:latest"]);
    assert.deepEqual(podSecurity?.exempt, { usernames: [], runtimeClasses: [], namespaces: ["kube-system"] });
  });

  it("reads a plugin's configuration from a file beside it", () => {
    writeFileSync(join(folder, "pods.yaml"), `${POD_SECURITY}, defaults: { warn: restricted } }`);
    const { podSecurity } = read("plugins: [{ name: PodSecurity, path: pods.yaml }]");
    assert.equal(podSecurity?.defaults.warn.level, "restricted");
  });

  const refused = [
    {
      text: "plugins: [{ name: EventRateLimit, configuration: {} }]",
      why: /plugins\[0\]\.name: "EventRateLimit" takes no configuration/,
    },
    { text: "plugins: [{ name: PodSecurity }]", why: /plugins\[0\]: one of path and configuration has to be given/ },
    {
      text: `plugins: [{ name: PodSecurity, configuration: ${POD_SECURITY}, defaults: { enforce: strict } } }]`,
      why: /defaults\.enforce: "strict" must be one of privileged, baseline, restricted/,
    },
    {
      text: `plugins: [{ name: PodSecurity, configuration: ${POD_SECURITY}, defaults: { colour: red } } }]`,
      why: /defaults\.colour: unknown field/,
    },
  ];
  for (const { text, why } of refused) {
    it(`says what is wrong: ${why.source}`, () => assert.throws(() => read(text), why));
  }
});
