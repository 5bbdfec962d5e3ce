/** Tables of the apps, batch, autoscaling and policy groups. */
import { autoscalerToV2 } from "../conversions/autoscaler.ts";
import type * as apps from "../generated/types/apps/v1.ts";
import type { HorizontalPodAutoscaler, Scale } from "../generated/types/autoscaling/v1.ts";
import type * as autoscaling from "../generated/types/autoscaling/v2.ts";
import type * as batch from "../generated/types/batch/v1.ts";
import type { PodDisruptionBudget } from "../generated/types/policy/v1.ts";
import { controllerOf } from "../meta.ts";
import { age, duration } from "./age.ts";
import { labelsText, selectorColumn, templateColumns } from "./cells.ts";
import { ageColumn, type Column, NONE, nameColumn } from "./column.ts";

/** Deployments. */
export const deploymentColumns: readonly Column<apps.Deployment>[] = [
  nameColumn,
  { name: "Ready", cell: ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 1}` },
  { name: "Up-to-date", cell: ({ status }) => status?.updatedReplicas ?? 0 },
  { name: "Available", cell: ({ status }) => status?.availableReplicas ?? 0 },
  ageColumn,
  ...templateColumns<apps.Deployment>(({ spec }) => spec.template.spec),
  selectorColumn(({ spec }) => spec.selector),
];

/** Replica sets. */
export const replicaSetColumns: readonly Column<apps.ReplicaSet>[] = [
  nameColumn,
  { name: "Desired", type: "integer", cell: ({ spec }) => spec.replicas ?? 1 },
  { name: "Current", type: "integer", cell: ({ status }) => status?.replicas ?? 0 },
  { name: "Ready", type: "integer", cell: ({ status }) => status?.readyReplicas ?? 0 },
  ageColumn,
  ...templateColumns<apps.ReplicaSet>(({ spec }) => spec.template?.spec),
  selectorColumn(({ spec }) => spec.selector),
];

/** Stateful sets. */
export const statefulSetColumns: readonly Column<apps.StatefulSet>[] = [
  nameColumn,
  { name: "Ready", cell: ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 1}` },
  ageColumn,
  ...templateColumns<apps.StatefulSet>(({ spec }) => spec.template.spec),
];

/** Daemon sets. */
export const daemonSetColumns: readonly Column<apps.DaemonSet>[] = [
  nameColumn,
  { name: "Desired", type: "integer", cell: ({ status }) => status?.desiredNumberScheduled ?? 0 },
  { name: "Current", type: "integer", cell: ({ status }) => status?.currentNumberScheduled ?? 0 },
  { name: "Ready", type: "integer", cell: ({ status }) => status?.numberReady ?? 0 },
  { name: "Up-to-date", type: "integer", cell: ({ status }) => status?.updatedNumberScheduled ?? 0 },
  { name: "Available", type: "integer", cell: ({ status }) => status?.numberAvailable ?? 0 },
  { name: "Node Selector", cell: ({ spec }) => labelsText(spec.template.spec?.nodeSelector) },
  ageColumn,
  ...templateColumns<apps.DaemonSet>(({ spec }) => spec.template.spec),
  selectorColumn(({ spec }) => spec.selector),
];

/** Scales, which `kubectl get --subresource=scale` shows. */
export const scaleColumns: readonly Column<Scale>[] = [
  nameColumn,
  { name: "Desired", type: "integer", cell: ({ spec }) => spec?.replicas ?? 0 },
  { name: "Available", type: "integer", cell: ({ status }) => status?.replicas ?? 0 },
  ageColumn,
];

/** Controller revisions. */
export const controllerRevisionColumns: readonly Column<apps.ControllerRevision>[] = [
  nameColumn,
  {
    name: "Controller",
    cell(revision) {
      const owner = controllerOf(revision);
      if (!owner) return NONE;
      const group = owner.apiVersion.includes("/") ? `.${owner.apiVersion.split("/")[0]}` : "";
      return `${owner.kind.toLowerCase()}${group}/${owner.name}`;
    },
  },
  { name: "Revision", cell: ({ revision }) => revision },
  ageColumn,
];

/** Jobs. */
export const jobColumns: readonly Column<batch.Job>[] = [
  nameColumn,
  { name: "Status", cell: jobStatus },
  { name: "Completions", cell: completions },
  { name: "Duration", cell: jobDuration },
  ageColumn,
  ...templateColumns<batch.Job>(({ spec }) => spec.template.spec),
  selectorColumn(({ spec }) => spec.selector),
];

function jobStatus({ metadata, status }: batch.Job): string {
  const is = (wanted: string) => status?.conditions?.some(({ type, status }) => type === wanted && status === "True");
  if (is("Complete")) return "Complete";
  if (is("Failed")) return "Failed";
  if (metadata.deletionTimestamp) return "Terminating";
  return ["Suspended", "FailureTarget", "SuccessCriteriaMet"].find(is) ?? "Running";
}

function completions({ spec, status }: batch.Job): string {
  const succeeded = status?.succeeded ?? 0;
  if (spec.completions !== undefined) return `${succeeded}/${spec.completions}`;
  const parallelism = spec.parallelism ?? 0;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function jobDuration({ status }: batch.Job, now: number): string {
  if (!status?.startTime) return "";
  const end = status.completionTime ? Date.parse(status.completionTime) : now;
  return duration(end - Date.parse(status.startTime));
}

/** Cron jobs. */
export const cronJobColumns: readonly Column<batch.CronJob>[] = [
  nameColumn,
  { name: "Schedule", cell: ({ spec }) => spec.schedule },
  { name: "Timezone", cell: ({ spec }) => spec.timeZone ?? NONE },
  { name: "Suspend", cell: ({ spec }) => (spec.suspend ? "True" : "False") },
  { name: "Active", type: "integer", cell: ({ status }) => status?.active?.length ?? 0 },
  {
    name: "Last Schedule",
    cell: ({ status }, now) => (status?.lastScheduleTime ? age(status.lastScheduleTime, now) : NONE),
  },
  ageColumn,
  ...templateColumns<batch.CronJob>(({ spec }) => spec.jobTemplate.spec?.template.spec),
  selectorColumn(({ spec }) => spec.jobTemplate.spec?.selector),
];

/** Pod disruption budgets. */
export const podDisruptionBudgetColumns: readonly Column<PodDisruptionBudget>[] = [
  nameColumn,
  { name: "Min Available", cell: ({ spec }) => String(spec.minAvailable ?? "N/A") },
  { name: "Max Unavailable", cell: ({ spec }) => String(spec.maxUnavailable ?? "N/A") },
  { name: "Allowed Disruptions", type: "integer", cell: ({ status }) => status?.disruptionsAllowed ?? 0 },
  ageColumn,
];

/** Horizontal pod autoscalers, version 2. */
export const horizontalPodAutoscalerColumns: readonly Column<autoscaling.HorizontalPodAutoscaler>[] = [
  nameColumn,
  { name: "Reference", cell: ({ spec }) => `${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}` },
  { name: "Targets", cell: targets },
  { name: "MinPods", cell: ({ spec }) => spec.minReplicas ?? "<unset>" },
  { name: "MaxPods", cell: ({ spec }) => spec.maxReplicas },
  { name: "Replicas", cell: ({ status }) => status?.currentReplicas ?? 0 },
  ageColumn,
];

/** How many metrics are shown; of the rest only the number is. */
const MOST_TARGETS = 2;

function targets({ spec, status }: autoscaling.HorizontalPodAutoscaler): string {
  const metrics = (spec.metrics ?? []).map((metric, index) => metricText(metric, status?.currentMetrics?.[index]));
  if (metrics.length <= MOST_TARGETS) return metrics.join(", ") || NONE;
  return `${metrics.slice(0, MOST_TARGETS).join(", ")} + ${metrics.length - MOST_TARGETS} more...`;
}

/** Horizontal pod autoscalers, version 1: shown as version 2 is. */
export const horizontalPodAutoscalerV1Columns: readonly Column<HorizontalPodAutoscaler>[] =
  horizontalPodAutoscalerColumns.map((column) => ({
    ...column,
    cell: (object, now) => column.cell(autoscalerToV2(object) as autoscaling.HorizontalPodAutoscaler, now),
  }));

function metricText(metric: autoscaling.MetricSpec, current: autoscaling.MetricStatus | undefined): string {
  const source = metric.resource ?? metric.containerResource;
  if (source) {
    const now = (current?.resource ?? current?.containerResource)?.current;
    const { averageUtilization, averageValue } = source.target;
    if (averageUtilization === undefined) return `${source.name}: ${now?.averageValue ?? "<unknown>"}/${averageValue}`;
    const used = now?.averageUtilization === undefined ? "<unknown>" : `${now.averageUtilization}%`;
    return `${source.name}: ${used}/${averageUtilization}%`;
  }
  const other = metric.pods ?? metric.object ?? metric.external;
  const now = (current?.pods ?? current?.object ?? current?.external)?.current;
  const { averageValue, value } = other?.target ?? {};
  if (metric.pods) return `${now?.averageValue ?? "<unknown>"}/${averageValue}`;
  return averageValue
    ? `${now?.averageValue ?? "<unknown>"}/${averageValue} (avg)`
    : `${now?.value ?? "<unknown>"}/${value ?? "<auto>"}`;
}
