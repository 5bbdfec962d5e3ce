import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { containerHash } from "../spec/hash.ts";
import { aContainer, aPod } from "../testing/builders.ts";
import { nothingObserved, type ObservedContainer, type ObservedSandbox } from "./observed.ts";
import { type PlanInput, plan } from "./plan.ts";

const sandbox: ObservedSandbox = { id: "s", ready: true, attempt: 0, createdAt: 1, ips: ["10.0.0.1"] };
const always = { restartPolicy: "Always" } as const;

function made(name: string, fields: Partial<ObservedContainer> = {}): ObservedContainer {
  return {
    id: `${name}-0`,
    name,
    sandboxId: "s",
    state: "running",
    restartCount: 0,
    hash: containerHash(aContainer({ name })),
    image: "",
    imageRef: "",
    createdAt: 1,
    startedAt: 1,
    finishedAt: 0,
    exitCode: 0,
    reason: "",
    message: "",
    logPath: "",
    ...fields,
  };
}

function input(fields: Partial<PlanInput>): PlanInput {
  return {
    pod: aPod(),
    observed: { sandboxes: [sandbox], containers: [] },
    fate: "run",
    gracePeriodSeconds: 30,
    now: 1000,
    busy: new Set(),
    volumes: "mounted",
    images: new Set(["app", "init", "side"]),
    notBefore: new Map(),
    probes: new Map(),
    ...fields,
  };
}

const exited = (exitCode: number) => ({ state: "exited" as const, exitCode });
const withInit = aPod({ initContainers: [aContainer({ name: "init" })] });
const withSidecar = aPod({ initContainers: [aContainer({ name: "side", ...always })] });

const table: { when: string; given: Partial<PlanInput>; want: string[] }[] = [
  {
    when: "nothing is there yet",
    given: { observed: nothingObserved, volumes: "unknown", images: new Set() },
    want: ["mountVolumes", "createSandbox", "ensureImage app"],
  },
  {
    when: "all that is under way",
    given: {
      observed: nothingObserved,
      volumes: "unknown",
      images: new Set(),
      busy: new Set(["volumes", "sandbox", "image/app"]),
    },
    want: [],
  },
  { when: "all is ready", given: {}, want: ["startContainer app"] },
  { when: "volumes are missing", given: { volumes: "unmounted" }, want: ["mountVolumes"] },
  { when: "it runs", given: { observed: { sandboxes: [sandbox], containers: [made("app")] } }, want: [] },
  { when: "an init container has not run", given: { pod: withInit }, want: ["startContainer init"] },
  {
    when: "an init container runs",
    given: { pod: withInit, observed: { sandboxes: [sandbox], containers: [made("init")] } },
    want: [],
  },
  {
    when: "an init container succeeded",
    given: { pod: withInit, observed: { sandboxes: [sandbox], containers: [made("init", exited(0))] } },
    want: ["startContainer app"],
  },
  {
    when: "an init container failed",
    given: { pod: withInit, observed: { sandboxes: [sandbox], containers: [made("init", exited(1))] } },
    want: ["startContainer init"],
  },
  {
    when: "an init container failed and must not run again",
    given: {
      pod: aPod({ restartPolicy: "Never", initContainers: [aContainer({ name: "init" })] }),
      observed: { sandboxes: [sandbox], containers: [made("init", exited(1))] },
    },
    want: ["stopSandbox"],
  },
  {
    when: "a sidecar has not started up",
    given: {
      pod: withSidecar,
      observed: { sandboxes: [sandbox], containers: [made("side")] },
      probes: new Map([["side-0", { started: false }]]),
    },
    want: [],
  },
  {
    when: "a sidecar has started up",
    given: {
      pod: withSidecar,
      observed: { sandboxes: [sandbox], containers: [made("side")] },
      probes: new Map([["side-0", { started: true }]]),
    },
    want: ["startContainer app"],
  },
  {
    when: "a sidecar ended while the rest runs",
    given: { pod: withSidecar, observed: { sandboxes: [sandbox], containers: [made("app"), made("side", exited(0))] } },
    want: ["startContainer side"],
  },
  {
    when: "a crashed container has to wait",
    given: {
      observed: { sandboxes: [sandbox], containers: [made("app", exited(1))] },
      notBefore: new Map([["restart/app", 2000]]),
    },
    want: [],
  },
  {
    when: "the container succeeded and runs on failure only",
    given: {
      pod: aPod({ restartPolicy: "OnFailure" }),
      observed: { sandboxes: [sandbox], containers: [made("app", exited(0))] },
    },
    want: ["stopSandbox"],
  },
  {
    when: "the liveness probe failed",
    given: {
      observed: { sandboxes: [sandbox], containers: [made("app")] },
      probes: new Map([["app-0", { started: true, failed: "liveness" }]]),
    },
    want: ["killContainer app"],
  },
  {
    when: "the image was changed",
    given: { observed: { sandboxes: [sandbox], containers: [made("app", { hash: "old" })] } },
    want: ["killContainer app"],
  },
  {
    when: "the sandbox was lost",
    given: { observed: { sandboxes: [{ ...sandbox, ready: false }], containers: [made("app", exited(255))] } },
    want: ["createSandbox"],
  },
  {
    when: "a container was made but never started",
    given: { observed: { sandboxes: [sandbox], containers: [made("app", { state: "created" })] } },
    want: ["removeContainer"],
  },
  {
    when: "old containers have piled up",
    given: {
      observed: {
        sandboxes: [sandbox],
        containers: [
          made("app"),
          made("app", { id: "app-1", ...exited(1) }),
          made("app", { id: "app-2", ...exited(1) }),
        ],
      },
    },
    want: ["removeContainer"],
  },
  {
    when: "a Pod with a sidecar is to be deleted",
    given: {
      pod: withSidecar,
      fate: "delete",
      observed: { sandboxes: [sandbox], containers: [made("app"), made("side")] },
    },
    want: ["killContainer app"],
  },
  {
    when: "only its sidecar is left",
    given: {
      pod: withSidecar,
      fate: "delete",
      observed: { sandboxes: [sandbox], containers: [made("app", exited(0)), made("side")] },
    },
    want: ["killContainer side"],
  },
  {
    when: "a container may yet come to be while the Pod is deleted",
    given: { fate: "delete", busy: new Set(["start/app"]) },
    want: [],
  },
  {
    when: "nothing of a deleted Pod runs",
    given: { fate: "delete", observed: { sandboxes: [{ ...sandbox, ready: false }], containers: [] } },
    want: ["unmountVolumes"],
  },
  {
    when: "nothing is left of a deleted Pod",
    given: {
      fate: "delete",
      volumes: "unmounted",
      observed: { sandboxes: [{ ...sandbox, ready: false }], containers: [] },
    },
    want: ["confirmDeletion"],
  },
  {
    when: "the API has forgotten the Pod and its sandbox is there",
    given: {
      fate: "gone",
      volumes: "unmounted",
      observed: { sandboxes: [{ ...sandbox, ready: false }], containers: [] },
    },
    want: ["removeSandbox"],
  },
  {
    when: "the API has forgotten the Pod and so has the runtime",
    given: { fate: "gone", volumes: "unmounted", observed: nothingObserved },
    want: ["forget"],
  },
];

describe("plan()", () => {
  for (const { when, given, want } of table) {
    it(`takes ${want.length > 0 ? want.join(", ") : "no step"} when ${when}`, () => {
      const steps = plan(input(given)).steps.map((step) => ("name" in step ? `${step.do} ${step.name}` : step.do));
      assert.deepEqual(steps, want);
    });
  }

  it("counts restarts on from the last container", () => {
    const containers = [made("app", { ...exited(1), restartCount: 4 })];
    const [step] = plan(input({ observed: { sandboxes: [sandbox], containers } })).steps;
    assert.equal(step?.do === "startContainer" && step.restartCount, 5);
  });

  it("wakes when a crashed container may start", () => {
    const containers = [made("app", exited(1))];
    const notBefore = new Map([["restart/app", 2000]]);
    assert.equal(plan(input({ observed: { sandboxes: [sandbox], containers }, notBefore })).wakeAt, 2000);
  });
});
