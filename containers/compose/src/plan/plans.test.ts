import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, it } from "node:test";
import { resolveReferences } from "../container/resolve-references.ts";
import { loadProject } from "../load/load-project.ts";
import type { Project } from "../model.ts";
import type { Observed, ObservedContainer } from "../observe/observed.ts";
import { configHash } from "./config-hash.ts";
import { LABEL } from "./labels.ts";
import { containerName, imageName } from "./names.ts";
import { type PlanCreateOptions, planCreate } from "./plan-create.ts";
import { planDown } from "./plan-down.ts";
import { planStart } from "./plan-start.ts";
import { networkHash } from "./resource-hash.ts";
import type { Planned } from "./step.ts";

const TESTDATA = join(import.meta.dirname, "testdata");

/** What runs, as `x-observed` of a file says it. */
interface ObservedText {
  readonly containers?: readonly {
    readonly service: string;
    readonly number?: number;
    readonly name?: string;
    readonly id?: string;
    readonly state?: string;
    /** "other": the service has changed since. */
    readonly config?: "other";
    /** "other": the image has changed since. */
    readonly image?: "other";
    readonly replaces?: string;
    readonly oneOff?: boolean;
    readonly networks?: readonly string[];
    readonly volumes?: readonly string[];
  }[];
  readonly networks?: Readonly<Record<string, "same" | "other">>;
  readonly volumes?: readonly string[];
}

describe("plans", () => {
  for (const file of globSync(join(TESTDATA, "*.yaml")).sort()) {
    const name = basename(file, ".yaml");
    it(`are as written for ${name.replaceAll("-", " ")}`, async () => {
      const project = await loadProject({ files: [file], workingDirectory: TESTDATA, environment: {} });
      const observed = observedOf(project, (project["x-observed"] ?? {}) as ObservedText);
      const text = planText(project, observed, (project["x-options"] ?? {}) as PlanCreateOptions);
      const golden = join(TESTDATA, `${name}.steps.txt`);
      if (process.env.UPDATE_GOLDEN === "1" || !existsSync(golden)) writeFileSync(golden, text);
      assert.equal(text, readFileSync(golden, "utf8"));
    });
  }
});

function planText(project: Project, observed: Observed, options: PlanCreateOptions): string {
  const images = new Map(
    Object.values(project.services).map((service) => [
      imageName(project, service),
      { id: "sha256:now", volumes: [], taggedAt: 0 },
    ]),
  );
  const warnings: string[] = [];
  const section = (title: string, plan: () => readonly Planned[]): string => {
    try {
      return [`${title}:`, ...plan().map(stepText), ""].join("\n");
    } catch (error) {
      return `${title} fails: ${(error as Error).message}\n`;
    }
  };
  const created = section("create", () => planCreate(project, observed, images, options).steps);
  const started = section("start", () => {
    const { containers } = planCreate(project, observed, images, options);
    return planStart(project, containers, { warn: (message) => warnings.push(message) });
  });
  const down = section("down", () => planDown(project, observed, { images: [] }));
  return [created, started, ...warnings.map((message) => `warning: ${message}\n`), down].join("");
}

function stepText({ id, after, step }: Planned): string {
  const complete = step.do === "start-container" && step.complete ? " and complete it" : "";
  const replaced =
    step.do === "recreate-container"
      ? ` in place of ${step.replaced.name}${step.startFirst ? ", started first" : ""}`
      : "";
  return `  ${id}${complete}${replaced}${after.length === 0 ? "" : ` < ${after.join(", ")}`}`;
}

function observedOf(project: Project, text: ObservedText): Observed {
  const first = new Map<string, string>();
  const containers = (text.containers ?? []).map((each): ObservedContainer => {
    const service = project.services[each.service];
    const { number = 1, state = "running", oneOff = false } = each;
    const name = each.name ?? (service ? containerName(project, service, number) : `${project.name}-${each.service}-1`);
    const id = each.id ?? `id-of-${name}`;
    if (!first.has(each.service)) first.set(each.service, id);
    const hash = service && configHash(resolveReferences(service, (other) => first.get(other)));
    const networks = each.networks ?? Object.keys(service?.networks ?? {});
    const volumes = (service?.volumes ?? []).flatMap(({ type, source }) => (type === "volume" ? (source ?? []) : []));
    return {
      ...{ id, name, service: each.service, number, oneOff, state, status: "", createdAt: 0 },
      configHash: each.config === "other" ? "other" : hash,
      image: each.image === "other" ? "sha256:before" : "sha256:now",
      networks: Object.fromEntries(
        networks.map((key) => [project.networks[key]?.name ?? key, `id-of-${project.networks[key]?.name ?? key}`]),
      ),
      mounts: (each.volumes ?? volumes).map((key) => ({
        ...{ type: "volume", name: project.volumes[key]?.name ?? key, source: "/", target: "/", readOnly: false },
      })),
      labels: each.replaces === undefined ? {} : { [LABEL.replace]: each.replaces },
    };
  });
  return {
    containers,
    networks: Object.entries(text.networks ?? {}).map(([key, state]) => {
      const network = project.networks[key];
      assert.ok(network, `the file has network ${key}`);
      const configHash = state === "same" ? networkHash(network) : "other";
      return { key, name: network.name, id: `id-of-${network.name}`, configHash };
    }),
    volumes: (text.volumes ?? []).map((key) => {
      const name = project.volumes[key]?.name ?? key;
      return { key, name, id: name, configHash: undefined };
    }),
  };
}
