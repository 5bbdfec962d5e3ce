import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Pod } from "@skiff/api/core/v1";
import type { Service } from "@skiff/compose";
import { failureOf, retriesOf } from "./completion.ts";

const pod = (status: object): Pod =>
  ({
    metadata: { name: "seed-1" },
    spec: { containers: [] },
    status: { initContainerStatuses: [{ name: "seed", ...status }] },
  }) as unknown as Pod;
const ended = (exitCode: number) => ({ terminated: { exitCode } });

describe("failureOf()", () => {
  const table = [
    { when: "it runs", status: { state: { running: {} }, restartCount: 0 }, retries: 0, want: undefined },
    { when: "it has completed", status: { state: ended(0), restartCount: 0 }, retries: 0, want: undefined },
    { when: "it has failed", status: { state: ended(3), restartCount: 0 }, retries: 0, want: 3 },
    {
      when: "it failed and waits for its next turn",
      status: { state: { waiting: {} }, lastState: ended(3), restartCount: 1 },
      retries: 0,
      want: 3,
    },
    { when: "it may fail once more", status: { state: ended(3), restartCount: 0 }, retries: 1, want: undefined },
    {
      when: "it completed at the second try",
      status: { state: ended(0), lastState: ended(3), restartCount: 1 },
      retries: 1,
      want: undefined,
    },
  ];
  for (const { when, status, retries, want } of table) {
    it(`is ${want} when ${when}`, () => assert.equal(failureOf(pod(status), "seed", retries), want));
  }
});

describe("retriesOf()", () => {
  const table: { when: string; service: Partial<Service>; want: number }[] = [
    { when: "nothing is said", service: {}, want: 0 },
    { when: "restart is no", service: { restart: "no" }, want: 0 },
    { when: "restart is on-failure:3", service: { restart: "on-failure:3" }, want: 3 },
    { when: "restart is on-failure", service: { restart: "on-failure" }, want: 6 },
    {
      when: "deploy says more",
      service: { restart: "no", deploy: { restart_policy: { condition: "on-failure", max_attempts: 2 } } },
      want: 2,
    },
    { when: "deploy says none", service: { deploy: { restart_policy: { condition: "none" } } }, want: 0 },
  ];
  for (const { when, service, want } of table) {
    it(`is ${want} when ${when}`, () => assert.equal(retriesOf(service as Service), want));
  }
});
