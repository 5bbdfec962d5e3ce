import type { ResourceRequirements } from "@skiff/api/core/v1";
import type { Service } from "@skiff/compose";
import type { ConversionContext } from "./context.ts";
import { processors } from "./quantities.ts";

/** The limits and requests of a service's containers. What `deploy` says goes before the older attributes. */
export function resourcesOf(service: Service, context: ConversionContext): ResourceRequirements | undefined {
  const { limits = {}, reservations = {} } = service.deploy?.resources ?? {};
  const quota = service.cpu_quota && service.cpu_period ? service.cpu_quota / service.cpu_period : undefined;
  const limited = amounts(limits.cpus ?? service.cpus ?? quota, limits.memory ?? service.mem_limit);
  const requested = amounts(reservations.cpus, reservations.memory ?? service.mem_reservation);
  const gpus = gpusOf(service, context);
  if (gpus > 0) limited["nvidia.com/gpu"] = String(gpus);
  const given = (amount: Record<string, string>) => (Object.keys(amount).length > 0 ? amount : undefined);
  if (!given(limited) && !given(requested)) return undefined;
  return { limits: given(limited), requests: given(requested) };
}

function amounts(cpus: number | undefined, memory: string | undefined): Record<string, string> {
  return {
    ...(cpus ? { cpu: processors(cpus) } : {}),
    ...(memory && memory !== "0" ? { memory } : {}),
  };
}

function gpusOf(service: Service, context: ConversionContext): number {
  const devices = [...(service.deploy?.resources?.reservations?.devices ?? []), ...(service.gpus ?? [])];
  const isGpu = (device: (typeof devices)[number]): boolean =>
    device.driver === "nvidia" ||
    (device.capabilities ?? []).includes("gpu") ||
    service.gpus?.includes(device) === true;
  const others = devices.filter((device) => !isGpu(device));
  if (others.length > 0)
    context.warn(`service "${service.name}": devices other than GPUs are not asked for on the cluster`);
  return devices.filter(isGpu).reduce((sum, { count = 1, device_ids: ids }) => {
    if (count === -1)
      context.warn(`service "${service.name}": a Pod asks for a number of GPUs, not for all: it gets 1`);
    return sum + (ids?.length ?? Math.max(1, count));
  }, 0);
}
