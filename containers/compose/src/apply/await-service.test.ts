import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AwaitedCondition } from "../plan/step.ts";
import { type Standing, standingOf } from "./await-service.ts";

const there: Standing = { is: "there" };
const onItsWay: Standing = { is: "on its way" };
const lost = (why: string): Standing => ({ is: "lost", why });

const table: {
  when: string;
  condition: AwaitedCondition;
  status: string;
  health?: string;
  code?: number;
  want: Standing;
}[] = [
  { when: "it is healthy", condition: "service_healthy", status: "running", health: "healthy", want: there },
  {
    when: "its check has not passed yet",
    condition: "service_healthy",
    status: "running",
    health: "starting",
    want: onItsWay,
  },
  {
    when: "its check fails",
    condition: "service_healthy",
    status: "running",
    health: "unhealthy",
    want: lost("container shop-db-1 is unhealthy"),
  },
  {
    when: "it has no check",
    condition: "service_healthy",
    status: "running",
    want: lost("container shop-db-1 has no healthcheck configured"),
  },
  {
    when: "it has ended",
    condition: "service_healthy",
    status: "exited",
    health: "healthy",
    code: 3,
    want: lost("container shop-db-1 exited (3)"),
  },
  { when: "it runs and has no check", condition: "running_or_healthy", status: "running", want: there },
  { when: "it is not started yet", condition: "running_or_healthy", status: "created", want: onItsWay },
  {
    when: "it runs and its check has not passed",
    condition: "running_or_healthy",
    status: "running",
    health: "starting",
    want: onItsWay,
  },
  { when: "it still works", condition: "service_completed_successfully", status: "running", want: onItsWay },
  { when: "it has done its work", condition: "service_completed_successfully", status: "exited", want: there },
  {
    when: "it has failed at its work",
    condition: "service_completed_successfully",
    status: "exited",
    code: 2,
    want: lost('service "db" didn\'t complete successfully: exit 2'),
  },
];

describe("standingOf()", () => {
  for (const { when, condition, status, health, code = 0, want } of table)
    it(`of ${condition} is "${want.is}" when ${when}`, () => {
      const Health = health === undefined ? {} : { Health: { Status: health } };
      const inspected = { Name: "/shop-db-1", State: { Status: status, ExitCode: code, ...Health }, Config: {} };
      assert.deepEqual(standingOf(inspected, "db", condition), want);
    });
});
