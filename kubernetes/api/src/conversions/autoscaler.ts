/**
 * HorizontalPodAutoscaler between its versions. Version 1 knows of one metric, the use of CPU; all else of version 2
 * goes into annotations, so that nothing is lost by reading and writing in version 1.
 */
import type { ObjectMeta } from "../generated/types/meta/v1.ts";

type Fields = Readonly<Record<string, unknown>>;

interface Autoscaler {
  readonly metadata: ObjectMeta;
  readonly spec?: unknown;
  readonly status?: unknown;
}

const ANNOTATION = "autoscaling.alpha.kubernetes.io/";
const METRICS = `${ANNOTATION}metrics`;
const CURRENT_METRICS = `${ANNOTATION}current-metrics`;
const CONDITIONS = `${ANNOTATION}conditions`;
const BEHAVIOR = `${ANNOTATION}behavior`;

/** Fields of a metric: of version 1 beside those of version 2, by the source they are in. */
const SOURCES = {
  Object: "object",
  Pods: "pods",
  Resource: "resource",
  ContainerResource: "containerResource",
  External: "external",
} as const;

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

/** The fields that have a value. */
function given(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** The annotations that carry what of version 2 belongs to the status. */
export const STATUS_ANNOTATIONS = [CURRENT_METRICS, CONDITIONS] as const;
/** The annotations that carry what of version 2 belongs to the spec. */
export const SPEC_ANNOTATIONS = [METRICS, BEHAVIOR] as const;

/** The autoscaler in version 2. */
export function autoscalerToV2(autoscaler: object): object {
  const { metadata, spec, status, ...rest } = autoscaler as Autoscaler;
  const annotations = fieldsOf(metadata.annotations);
  const { targetCPUUtilizationPercentage, ...specRest } = fieldsOf(spec);
  const { currentCPUUtilizationPercentage, ...statusRest } = fieldsOf(status);
  const cpu =
    targetCPUUtilizationPercentage === undefined
      ? []
      : [cpuMetric({ target: { type: "Utilization", averageUtilization: targetCPUUtilizationPercentage } })];
  const metrics = [...readList(annotations[METRICS]).map(metricToV2), ...cpu];
  const saved = readList(annotations[CURRENT_METRICS]).map(currentToV2);
  const currentCpu =
    currentCPUUtilizationPercentage === undefined
      ? []
      : [cpuMetric({ current: { averageUtilization: currentCPUUtilizationPercentage } })];
  const currentMetrics = saved.length > 0 ? saved : currentCpu;
  const conditions = readList(annotations[CONDITIONS]);
  return {
    ...rest,
    apiVersion: "autoscaling/v2",
    metadata: withAnnotations(metadata, {}),
    spec: given({
      ...specRest,
      metrics: metrics.length > 0 ? metrics : undefined,
      behavior: readObject(annotations[BEHAVIOR]),
    }),
    status: given({
      ...statusRest,
      currentMetrics: currentMetrics.length > 0 ? currentMetrics : undefined,
      conditions: conditions.length > 0 ? conditions : undefined,
    }),
  };
}

/** The autoscaler in version 1. */
export function autoscalerToV1(autoscaler: object): object {
  const { metadata, spec, status, ...rest } = autoscaler as Autoscaler;
  const { metrics, behavior, ...specRest } = fieldsOf(spec);
  const { currentMetrics, conditions, ...statusRest } = fieldsOf(status);
  const all = list(metrics);
  const current = list(currentMetrics);
  const cpu = all.find(isCpu);
  const others = all.filter((metric) => !isCpu(metric));
  const currentCpu = current.map(currentUtilization).find((value) => value !== undefined);
  return {
    ...rest,
    apiVersion: "autoscaling/v1",
    metadata: withAnnotations(metadata, {
      [METRICS]: others.length > 0 ? JSON.stringify(others.map(metricToV1)) : undefined,
      [CURRENT_METRICS]: current.length > 0 ? JSON.stringify(current.map(currentToV1)) : undefined,
      [CONDITIONS]: list(conditions).length > 0 ? JSON.stringify(conditions) : undefined,
      [BEHAVIOR]: behavior === undefined ? undefined : JSON.stringify(behavior),
    }),
    spec: given({ ...specRest, targetCPUUtilizationPercentage: cpu && targetUtilization(cpu) }),
    status: given({ currentReplicas: 0, ...statusRest, currentCPUUtilizationPercentage: currentCpu }),
  };
}

/** The metadata with these annotations in place of those that carry the other version's fields. */
function withAnnotations(metadata: ObjectMeta, carried: Fields): ObjectMeta {
  const own = [METRICS, CURRENT_METRICS, CONDITIONS, BEHAVIOR];
  const kept = Object.entries(fieldsOf(metadata.annotations)).filter(([key]) => !own.includes(key));
  const annotations = { ...Object.fromEntries(kept), ...given(carried) };
  const { annotations: _replaced, ...others } = metadata;
  return (Object.keys(annotations).length > 0 ? { ...others, annotations } : others) as ObjectMeta;
}

function cpuMetric(fields: Fields): Fields {
  return { type: "Resource", resource: { name: "cpu", ...fields } };
}

function isCpu(metric: Fields): boolean {
  return targetUtilization(metric) !== undefined;
}

function targetUtilization({ type, resource }: Fields): unknown {
  const { name, target } = fieldsOf(resource);
  return type === "Resource" && name === "cpu" ? fieldsOf(target).averageUtilization : undefined;
}

function currentUtilization({ type, resource }: Fields): unknown {
  const { name, current } = fieldsOf(resource);
  return type === "Resource" && name === "cpu" ? fieldsOf(current).averageUtilization : undefined;
}

function list(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

/** What a client put into an annotation may be anything; what is no list of objects is dropped, as upstream does. */
function readList(text: unknown): readonly Fields[] {
  return list(readJson(text));
}

function readObject(text: unknown): Fields | undefined {
  const value = readJson(text);
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

function readJson(text: unknown): unknown {
  if (typeof text !== "string") return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function sourceOf(metric: Fields): [name: string, source: Fields] {
  const name = SOURCES[metric.type as keyof typeof SOURCES] ?? "";
  return [name, fieldsOf(metric[name])];
}

/** Version 1 spells out in a metric what version 2 has in `metric`, `target` and `describedObject`. */
function metricToV1(one: Fields): Fields {
  const [name, { metric, target, describedObject, ...rest }] = sourceOf(one);
  const { name: metricName, selector } = fieldsOf(metric);
  const { value, averageValue, averageUtilization } = fieldsOf(target);
  const selects = name === "external" ? { metricSelector: selector } : { selector };
  const average = name === "object" ? { averageValue } : { targetAverageValue: averageValue };
  const source = {
    ...rest,
    target: describedObject,
    metricName,
    ...selects,
    targetAverageUtilization: averageUtilization,
    targetValue: value ?? (name === "object" ? "0" : undefined),
    ...average,
  };
  return { type: one.type, [name]: given(source) };
}

function metricToV2(one: Fields): Fields {
  const [name, source] = sourceOf(one);
  const { metricName, metricSelector, selector, target, targetValue, targetAverageValue, averageValue, ...rest } =
    source;
  const { targetAverageUtilization, ...named } = rest;
  const average = targetAverageValue ?? averageValue;
  const isAverage = average !== undefined;
  const type = targetAverageUtilization !== undefined ? "Utilization" : isAverage ? "AverageValue" : "Value";
  return {
    type: one.type,
    [name]: given({
      ...named,
      describedObject: target,
      metric: metricName === undefined ? undefined : given({ name: metricName, selector: metricSelector ?? selector }),
      target: given({
        type,
        value: type === "Value" ? targetValue : undefined,
        averageValue: average,
        averageUtilization: targetAverageUtilization,
      }),
    }),
  };
}

function currentToV1(one: Fields): Fields {
  const [name, { metric, current, describedObject, ...rest }] = sourceOf(one);
  const { name: metricName, selector } = fieldsOf(metric);
  const { value, averageValue, averageUtilization } = fieldsOf(current);
  const selects = name === "external" ? { metricSelector: selector } : { selector };
  const average = name === "object" ? { averageValue } : { currentAverageValue: averageValue };
  const source = {
    ...rest,
    target: describedObject,
    metricName,
    ...selects,
    currentAverageUtilization: averageUtilization,
  };
  return { type: one.type, [name]: given({ ...source, currentValue: value, ...average }) };
}

function currentToV2(one: Fields): Fields {
  const [name, source] = sourceOf(one);
  const { metricName, metricSelector, selector, target, currentValue, currentAverageValue, averageValue, ...rest } =
    source;
  const { currentAverageUtilization, ...named } = rest;
  return {
    type: one.type,
    [name]: given({
      ...named,
      describedObject: target,
      metric: metricName === undefined ? undefined : given({ name: metricName, selector: metricSelector ?? selector }),
      current: given({
        value: currentValue,
        averageValue: currentAverageValue ?? averageValue,
        averageUtilization: currentAverageUtilization,
      }),
    }),
  };
}
