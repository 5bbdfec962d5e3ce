/** What the containers of a service may use, as the HostConfig of a create request says it. Pure. */
import type { DeviceRequest, Service } from "../model.ts";

/** The resource members of a HostConfig. `deploy.resources` comes before the older attributes of the service. */
export function resources(service: Service): object {
  const { limits, reservations } = service.deploy?.resources ?? {};
  const cpus = limits?.cpus ?? service.cpus;
  return {
    CgroupParent: service.cgroup_parent,
    Memory: bytes(limits?.memory ?? service.mem_limit),
    MemorySwap: bytes(service.memswap_limit),
    MemorySwappiness: service.mem_swappiness === undefined ? undefined : Number(service.mem_swappiness),
    MemoryReservation: bytes(reservations?.memory ?? service.mem_reservation),
    OomKillDisable: service.oom_kill_disable ?? false,
    CpuCount: service.cpu_count,
    CpuPeriod: service.cpu_period,
    CpuQuota: service.cpu_quota,
    CpuRealtimePeriod: service.cpu_rt_period,
    CpuRealtimeRuntime: service.cpu_rt_runtime,
    CpuShares: service.cpu_shares,
    NanoCpus: cpus === undefined ? undefined : Math.round(Number(cpus) * 1e9),
    CpuPercent: service.cpu_percent,
    CpusetCpus: service.cpuset,
    DeviceCgroupRules: service.device_cgroup_rules,
    PidsLimit: limits?.pids ?? service.pids_limit,
    Devices: (service.devices ?? [])
      .filter((device) => !isDeviceName(device))
      .map(({ source, target, permissions }) => ({
        ...{ PathOnHost: source, PathInContainer: target, CgroupPermissions: permissions },
      })),
    DeviceRequests: deviceRequests(service, reservations?.devices ?? []),
    Ulimits: Object.entries(service.ulimits ?? {}).map(([name, limit]) =>
      typeof limit === "number"
        ? { Name: name, Soft: limit, Hard: limit }
        : { Name: name, Soft: limit.soft, Hard: limit.hard },
    ),
    ...blockIo(service.blkio_config),
  };
}

function bytes(size: string | undefined): number | undefined {
  return size === undefined ? undefined : Number(size);
}

/** Names of the Container Device Interface, `vendor.com/class=name`, stand where a path could. */
function isDeviceName({ source, target }: { readonly source: string; readonly target: string }): boolean {
  return source === target && /^[a-z][\w.-]*\/[a-z][\w-]*=\S+$/i.test(source);
}

function deviceRequests(service: Service, reserved: readonly DeviceRequest[]): object[] | undefined {
  const names = (service.devices ?? []).filter(isDeviceName).map(({ source }) => source);
  const requests = [
    ...(names.length === 0 ? [] : [{ Driver: "cdi", DeviceIDs: names }]),
    ...(service.gpus ?? []).map((gpu) => deviceRequest(gpu, ["gpu"])),
    ...reserved.map((device) => deviceRequest(device, [])),
  ];
  return requests.length === 0 ? undefined : requests;
}

function deviceRequest(device: DeviceRequest, more: readonly string[]): object {
  return {
    Driver: device.driver,
    Count: device.count,
    DeviceIDs: device.device_ids,
    Capabilities: [[...(device.capabilities ?? []), ...more]],
    Options: device.options,
  };
}

function blockIo(config: Service["blkio_config"]): object {
  if (config === undefined) return {};
  const rates = (list: readonly { readonly path: string; readonly rate: string }[] = []): object[] =>
    list.map(({ path, rate }) => ({ Path: path, Rate: Number(rate) }));
  return {
    BlkioWeight: config.weight,
    BlkioWeightDevice: config.weight_device?.map(({ path, weight }) => ({ Path: path, Weight: weight })),
    BlkioDeviceReadBps: rates(config.device_read_bps),
    BlkioDeviceReadIOps: rates(config.device_read_iops),
    BlkioDeviceWriteBps: rates(config.device_write_bps),
    BlkioDeviceWriteIOps: rates(config.device_write_iops),
  };
}
