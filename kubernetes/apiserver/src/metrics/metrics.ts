import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { RequestInfo } from "../request-info.ts";
import { createWebhookMetrics, type WebhookMetrics } from "./webhook-metrics.ts";

/** What the server counts, under the names dashboards know. */
export interface Metrics extends WebhookMetrics {
  finished(info: RequestInfo, code: number, milliseconds: number): void;
  watchStarted(info: { readonly group: string; readonly version: string; readonly kind: string }): void;
  watchEnded(info: { readonly group: string; readonly version: string; readonly kind: string }): void;
  /** The Prometheus text. */
  expose(): Promise<{ readonly contentType: string; readonly body: string }>;
}

const SECONDS = [0.005, 0.025, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60];

/** How busy one priority level is. */
export interface LevelLoad {
  readonly name: string;
  readonly executing: number;
  readonly nominal: number;
  readonly refused: number;
  readonly queues?: { readonly length: number } | undefined;
}

/** Metrics in a registry of their own, so that several servers can live in one process. */
export function createMetrics(revision: () => number, load: { levels(): Iterable<LevelLoad> }): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const labelNames = ["verb", "group", "version", "resource", "subresource", "scope", "code"] as const;
  const total = new Counter({ name: "apiserver_request_total", help: "Requests answered.", labelNames, registers });
  const duration = new Histogram({
    name: "apiserver_request_duration_seconds",
    help: "Time to the answer, or to the start of a watch.",
    labelNames: ["verb", "group", "version", "resource", "subresource", "scope"] as const,
    buckets: SECONDS,
    registers,
  });
  const levelNames = ["priority_level"] as const;
  const ofLevels = (name: string, help: string, value: (level: LevelLoad) => number) =>
    new Gauge({
      name: `apiserver_flowcontrol_${name}`,
      help,
      labelNames: levelNames,
      registers,
      collect() {
        for (const level of load.levels()) this.set({ priority_level: level.name }, value(level));
      },
    });
  ofLevels("current_executing_seats", "Seats taken.", (level) => level.executing);
  ofLevels("current_inqueue_requests", "Requests that wait for seats.", (level) => level.queues?.length ?? 0);
  ofLevels("nominal_limit_seats", "Seats that are the level's own.", (level) => level.nominal);
  ofLevels("rejected_requests_total", "Requests turned away.", (level) => level.refused);
  const watchers = new Gauge({
    name: "apiserver_longrunning_requests",
    help: "Open watches.",
    labelNames: ["verb", "group", "version", "resource"] as const,
    registers,
  });
  new Gauge({
    name: "apiserver_storage_revision",
    help: "The store revision the caches have reached.",
    registers,
    collect() {
      this.set(revision());
    },
  });

  // One lookup per request: finding a child by its labels costs more than answering a GET from the cache.
  const children = new Map<string, { count: { inc(): void }; time: { observe(seconds: number): void } }>();
  const childOf = (info: RequestInfo, code: number) => {
    const known = info.isResource && info.resource === undefined ? "unknown" : info.plural;
    const key = `${info.verb} ${info.group}/${info.version}/${known}/${info.subresource} ${scopeOf(info)} ${code}`;
    let child = children.get(key);
    if (!child) {
      if (children.size > 5000) children.clear();
      const labels = {
        verb: info.verb.toUpperCase(),
        group: known === "unknown" ? "" : info.group,
        version: known === "unknown" ? "" : info.version,
        resource: known,
        subresource: known === "unknown" ? "" : info.subresource,
        scope: scopeOf(info),
      };
      child = {
        count: { inc: () => total.inc({ ...labels, code: String(code) }) },
        time: duration.labels(labels),
      };
      children.set(key, child);
    }
    return child;
  };

  return {
    ...createWebhookMetrics(registry),
    finished(info, code, milliseconds) {
      const child = childOf(info, code);
      child.count.inc();
      if (info.verb !== "watch") child.time.observe(milliseconds / 1000);
    },
    watchStarted: ({ group, version, kind }) => watchers.inc({ verb: "WATCH", group, version, resource: kind }),
    watchEnded: ({ group, version, kind }) => watchers.dec({ verb: "WATCH", group, version, resource: kind }),
    expose: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}

function scopeOf(info: RequestInfo): string {
  if (!info.isResource) return "";
  if (info.name !== "") return "resource";
  return info.namespace === "" ? "cluster" : "namespace";
}
