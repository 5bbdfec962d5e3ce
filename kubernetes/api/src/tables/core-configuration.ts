/** Tables of the core group: configuration, quotas, events. */
import type * as core from "../generated/types/core/v1.ts";
import type { Event as EventV1 } from "../generated/types/events/v1.ts";
import { age } from "./age.ts";
import { ageColumn, type Column, createdColumn, nameColumn } from "./column.ts";

const count = (...maps: (object | undefined)[]) => maps.reduce((sum, map) => sum + Object.keys(map ?? {}).length, 0);

/** Config maps. */
export const configMapColumns: readonly Column<core.ConfigMap>[] = [
  nameColumn,
  { name: "Data", cell: ({ data, binaryData }) => count(data, binaryData) },
  ageColumn,
];

/** Secrets: how many values, never the values. */
export const secretColumns: readonly Column<core.Secret>[] = [
  nameColumn,
  { name: "Type", cell: ({ type }) => type ?? "" },
  { name: "Data", cell: ({ data }) => count(data) },
  ageColumn,
];

/** Service accounts. */
export const serviceAccountColumns: readonly Column<core.ServiceAccount>[] = [
  nameColumn,
  { name: "Secrets", cell: ({ secrets }) => secrets?.length ?? 0 },
  ageColumn,
];

/** Namespaces. */
export const namespaceColumns: readonly Column<core.Namespace>[] = [
  nameColumn,
  { name: "Status", cell: ({ status }) => status?.phase ?? "" },
  ageColumn,
];

/** Limit ranges. */
export const limitRangeColumns: readonly Column<core.LimitRange>[] = [nameColumn, createdColumn];

/** Resource quotas. */
export const resourceQuotaColumns: readonly Column<core.ResourceQuota>[] = [
  nameColumn,
  { name: "Request", cell: (quota) => usage(quota, (resource) => !resource.startsWith("limits.")) },
  { name: "Limit", cell: (quota) => usage(quota, (resource) => resource.startsWith("limits.")) },
  ageColumn,
];

function usage({ spec, status }: core.ResourceQuota, wanted: (resource: string) => boolean): string {
  return Object.keys(spec.hard ?? {})
    .filter(wanted)
    .sort()
    .map((resource) => `${resource}: ${status?.used?.[resource] ?? "0"}/${spec.hard?.[resource] ?? "0"}`)
    .join(", ");
}

/** Component statuses. */
export const componentStatusColumns: readonly Column<core.ComponentStatus>[] = [
  nameColumn,
  {
    name: "Status",
    cell: ({ conditions }) => {
      const healthy = conditions?.find(({ type }) => type === "Healthy")?.status;
      return healthy === "True" ? "Healthy" : healthy === "False" ? "Unhealthy" : "Unknown";
    },
  },
  { name: "Message", cell: ({ conditions }) => conditions?.[0]?.message ?? "" },
  { name: "Error", cell: ({ conditions }) => conditions?.[0]?.error ?? "" },
];

interface Occurrence {
  readonly first: string | undefined;
  readonly last: string | undefined;
  readonly count: number;
}

function occurrence(event: core.Event): Occurrence {
  const first = event.firstTimestamp ?? event.eventTime;
  const last = event.series?.lastObservedTime ?? event.lastTimestamp ?? first;
  return { first, last, count: event.series?.count ?? (event.count || 1) };
}

/** Events of the core group. */
export const eventColumns: readonly Column<core.Event>[] = [
  { name: "Last Seen", cell: (event, now) => age(occurrence(event).last, now) },
  { name: "Type", cell: ({ type }) => type ?? "" },
  { name: "Reason", cell: ({ reason }) => reason ?? "" },
  { name: "Object", cell: ({ involvedObject }) => target(involvedObject) },
  { name: "Subobject", wide: true, cell: ({ involvedObject }) => involvedObject.fieldPath ?? "" },
  { name: "Source", wide: true, cell: sourceText },
  { name: "Message", cell: ({ message }) => (message ?? "").trim() },
  { name: "First Seen", wide: true, cell: (event, now) => age(occurrence(event).first, now) },
  { name: "Count", wide: true, cell: (event) => occurrence(event).count },
  { ...nameColumn, wide: true },
];

function target({ kind, name }: core.ObjectReference): string {
  return [(kind ?? "").toLowerCase(), name].filter(Boolean).join("/");
}

function sourceText({ source, reportingComponent, reportingInstance }: core.Event): string {
  const component = source?.component || reportingComponent;
  return [component, source?.host || reportingInstance].filter(Boolean).join(", ");
}

/** Events of events.k8s.io: the same objects under newer field names. */
export const eventV1Columns: readonly Column<EventV1>[] = eventColumns.map((column) => ({
  ...column,
  cell: (event: EventV1, now: number) => column.cell(toCore(event), now),
}));

function toCore(event: EventV1): core.Event {
  return {
    metadata: event.metadata,
    involvedObject: event.regarding ?? {},
    reason: event.reason,
    message: event.note,
    type: event.type,
    source: event.deprecatedSource,
    firstTimestamp: event.deprecatedFirstTimestamp,
    lastTimestamp: event.deprecatedLastTimestamp,
    count: event.deprecatedCount,
    eventTime: event.eventTime,
    series: event.series,
    reportingComponent: event.reportingController ?? "",
    reportingInstance: event.reportingInstance ?? "",
  };
}
