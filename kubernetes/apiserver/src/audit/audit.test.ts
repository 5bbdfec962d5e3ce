import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { configMaps, secrets } from "@skiff/api/resources";
import { startTestApiServer } from "../testing/start-test-api-server.ts";
import type { AuditEvent } from "./audit-event.ts";
import { parseAuditPolicy } from "./audit-policy.ts";
import { fileSink } from "./file-sink.ts";

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const POLICY = `
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: None
  users: [system:apiserver]
- level: RequestResponse
  omitManagedFields: true
  resources: [{group: "", resources: [configmaps, secrets]}]
- level: Metadata
`;

async function temporary(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "skiff-audit-"));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

describe("the audit record", () => {
  it("holds what the policy says, and no credentials", async (t) => {
    const directory = await temporary(t);
    const [policyFile, path] = [join(directory, "policy.yaml"), join(directory, "audit.log")];
    await writeFile(policyFile, POLICY);
    const { api } = await startTestApiServer(t, { options: { audit: { policyFile, file: { path } } } });
    const ada = api.localTransport({ name: "ada", groups: ["system:masters"] });
    const at = { namespace: "default" } as const;
    const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c" }, data: { k: "v" } };
    await ada.call({ verb: "create", resource: configMaps, ...at, body });
    const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "s" }, stringData: { k: "hush" } };
    await ada.call({ verb: "create", resource: secrets, ...at, body: secret });
    const eve = api.localTransport({ name: "eve", groups: [] });
    await assert.rejects(eve.call({ verb: "get", resource: secrets, ...at, name: "s" }));
    await api[Symbol.asyncDispose]();

    const text = readFileSync(path, "utf8");
    assert.doesNotMatch(text, /hush|aHVzaA/);
    const events = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as AuditEvent);
    const [created, kept, refused] = events;
    assert.equal(events.length, 3);
    assert.ok(created && kept && refused);
    assert.deepEqual(created.requestObject, body);
    const { metadata } = created.responseObject as { metadata: Record<string, unknown> };
    assert.equal(metadata.name, "c");
    assert.equal("managedFields" in metadata, false);
    assert.deepEqual(created.objectRef, { resource: "configmaps", namespace: "default", apiVersion: "v1" });
    assert.equal(kept.level, "Metadata");
    assert.equal(kept.requestObject, undefined);
    assert.equal((refused.responseStatus as { code: number }).code, 403);
    assert.equal(refused.annotations?.["authorization.k8s.io/decision"], "forbid");
  });

  it("is put aside when it has grown, and old parts go", async (t) => {
    const path = join(await temporary(t), "audit.log");
    let now = Date.parse("2026-01-01T00:00:00Z");
    const clock = { now: () => now++ };
    const sink = fileSink({ path, maxSizeMb: 1, maxBackups: 2 }, clock, silent);
    for (let i = 0; i < 9; i++) {
      sink.write({ requestURI: "x".repeat(600_000) } as AuditEvent);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await sink[Symbol.asyncDispose]();
    const files = readdirSync(join(path, "..")).sort();
    assert.equal(files.filter((name) => /^audit-2026-.*\.log$/.test(name)).length, 2);
    assert.equal(files.includes("audit.log"), true);
  });
});

describe("an audit policy", () => {
  const request = (about: object) => ({
    isResource: true,
    verb: "get",
    path: "",
    group: "",
    version: "v1",
    namespace: "default",
    plural: "pods",
    subresource: "",
    name: "",
    ...about,
  });
  const rules = (text: string) =>
    parseAuditPolicy(`{"apiVersion":"audit.k8s.io/v1","kind":"Policy","rules":[${text}]}`, "policy");
  const user = { name: "ada", groups: ["dev"] };
  const CASES = [
    { when: "the user is named", rule: '"users":["ada"]', about: {}, applies: true },
    { when: "a group is not the user's", rule: '"userGroups":["ops"]', about: {}, applies: false },
    {
      when: "the subresource is another",
      rule: '"resources":[{"resources":["pods"]}]',
      about: { subresource: "log" },
      applies: false,
    },
    {
      when: "all subresources are named",
      rule: '"resources":[{"resources":["pods/*"]}]',
      about: { subresource: "log" },
      applies: true,
    },
    { when: "the namespace is named", rule: '"namespaces":["default"]', about: {}, applies: true },
    {
      when: "resources are named and a path is asked for",
      rule: '"namespaces":["default"]',
      about: { isResource: false, path: "/x" },
      applies: false,
    },
    {
      when: "the path has a prefix that is named",
      rule: '"nonResourceURLs":["/api*"]',
      about: { isResource: false, path: "/apis" },
      applies: true,
    },
  ];
  for (const { when, rule, about, applies } of CASES) {
    it(`${applies ? "applies" : "does not apply"} when ${when}`, () => {
      const { level } = rules(`{"level":"Metadata",${rule}}`)(user, request(about));
      assert.equal(level, applies ? "Metadata" : "None");
    });
  }
  const WRONG = [
    { when: "a level is none", text: '{"level":"All"}', why: /rules\[0\]\.level: "All" is not one of/ },
    {
      when: "a stage is none",
      text: '{"level":"None","omitStages":["Middle"]}',
      why: /omitStages: "Middle" is not one of/,
    },
    { when: "a field is unknown", text: '{"level":"None","user":["a"]}', why: /unknown field "user"/ },
  ];
  for (const { when, text, why } of WRONG)
    it(`is refused when ${when}`, () => void assert.throws(() => rules(text), why));
});
