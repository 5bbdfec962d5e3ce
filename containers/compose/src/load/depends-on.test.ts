import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Dependency } from "../model.ts";
import { loadThese } from "../testing/project-directory.ts";

const started: Dependency = { condition: "service_started", required: true };

/** Attributes of `web`, and the dependencies that come of them. */
const table: readonly { when: string; web: string; want: Readonly<Record<string, Dependency>> | undefined }[] = [
  { when: "there are none", web: "tty: true", want: undefined },
  { when: "they are listed", web: "depends_on: [db, cache]", want: { cache: started, db: started } },
  {
    when: "one must be healthy",
    web: "depends_on: {db: {condition: service_healthy}}",
    want: { db: { condition: "service_healthy", required: true } },
  },
  {
    when: "one must have ended well",
    web: "depends_on: {db: {condition: service_completed_successfully}}",
    want: { db: { condition: "service_completed_successfully", required: true } },
  },
  {
    when: "one is optional",
    web: "depends_on: {db: {condition: service_started, required: false}}",
    want: { db: { condition: "service_started", required: false } },
  },
  {
    when: "one that does not exist is optional",
    web: "depends_on: {nobody: {condition: service_started, required: false}}",
    want: undefined,
  },
  {
    when: "one takes its dependents along",
    web: "depends_on: {db: {condition: service_started, restart: true}}",
    want: { db: { condition: "service_started", required: true, restart: true } },
  },
  {
    when: "a service is linked",
    web: "links: [db, cache:redis]",
    want: { cache: { ...started, restart: true }, db: { ...started, restart: true } },
  },
  { when: "a network is shared", web: "network_mode: service:db", want: { db: { ...started, restart: true } } },
  {
    when: "processes are shared",
    web: "pid: service:db\n    ipc: service:cache",
    want: { cache: { ...started, restart: true }, db: { ...started, restart: true } },
  },
  { when: "volumes are taken", web: "volumes_from: [db:ro, container:other]", want: { db: started } },
  {
    when: "one is both linked and conditioned",
    web: "links: [db]\n    depends_on: {db: {condition: service_healthy}}",
    want: { db: { condition: "service_healthy", required: true } },
  },
];

describe("depends_on", () => {
  for (const { when, web, want } of table) {
    it(`is complete when ${when}`, async (t) => {
      const text = `services:\n  web:\n    image: i\n    ${web}\n  db: {image: i}\n  cache: {image: i}\n`;
      const { services } = await loadThese(t, { "compose.yaml": text });
      assert.deepEqual(services.web?.depends_on, want);
    });
  }
});
