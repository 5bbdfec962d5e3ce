/** The order of the attributes of a service, which is that of `docker compose config`: its hash is of that text. */
import {
  amount,
  command,
  ever,
  type Form,
  listOf,
  mapOf,
  octal,
  optOut,
  stated,
  structure,
  texts,
  value,
} from "./form.ts";

const ulimits = mapOf(structure({ soft: value, hard: value }));
const fileMounts = listOf(structure({ source: value, target: value, uid: value, gid: value, mode: stated }));
const hook = {
  ...{ command, user: value, privileged: value, working_dir: value, environment: texts },
};
const deviceRequests = listOf(
  structure({ capabilities: value, driver: value, count: value, device_ids: value, options: texts }),
);

const build = structure({
  ...{ context: value, dockerfile: value, dockerfile_inline: value, entitlements: value, args: texts },
  ...{ provenance: value, sbom: value, ssh: value, labels: texts, cache_from: value, cache_to: value, no_cache: value },
  ...{ additional_contexts: texts, pull: value, extra_hosts: value, isolation: value, network: value, target: value },
  ...{ secrets: fileMounts, shm_size: amount, tags: value, ulimits, platforms: value, privileged: value },
});

const develop = structure({
  watch: listOf(
    structure({
      ...{ path: stated, action: stated, target: value, exec: ever(hook) },
      ...{ include: value, ignore: value, initial_sync: value },
    }),
  ),
});

const rates = listOf(structure({ ...{ path: value, rate: value }, ...{ Path: value, Rate: value } }));
const blockIo = structure({
  weight: value,
  weight_device: listOf(structure({ ...{ path: value, weight: value }, ...{ Path: value, Weight: value } })),
  ...{ device_read_bps: rates, device_read_iops: rates, device_write_bps: rates, device_write_iops: rates },
});

const update = structure({
  ...{ parallelism: stated, delay: amount, failure_action: value, monitor: amount },
  ...{ max_failure_ratio: value, order: value },
});
const resource = structure({
  ...{ cpus: value, memory: amount, pids: value, devices: deviceRequests },
  generic_resources: listOf(structure({ discrete_resource_spec: structure({ kind: stated, value: stated }) })),
});
const deploy = structure({
  ...{ mode: value, replicas: stated, labels: texts, update_config: update, rollback_config: update },
  resources: ever({ limits: resource, reservations: resource }),
  restart_policy: structure({ condition: value, delay: stated, max_attempts: stated, window: stated }),
  placement: ever({
    ...{ constraints: value, preferences: listOf(structure({ spread: value })), max_replicas_per_node: value },
  }),
  endpoint_mode: value,
});

const dependencies = mapOf(structure({ condition: value, restart: value, required: stated }));
const healthcheck = structure({
  ...{ test: value, timeout: stated, interval: stated, retries: stated, start_period: stated },
  ...{ start_interval: stated, disable: value },
});
const attachments = mapOf(
  structure({
    ...{ aliases: value, driver_opts: texts, gw_priority: value, interface_name: value, ipv4_address: value },
    ...{ ipv6_address: value, link_local_ips: value, mac_address: value, priority: value },
  }),
);
const ports = listOf(
  structure({
    ...{ name: value, mode: value, host_ip: value, target: value, published: value },
    ...{ protocol: value, app_protocol: value },
  }),
);
const volumes = listOf(
  structure({
    ...{ type: value, source: value, target: value, read_only: value, consistency: value },
    bind: structure({ selinux: value, propagation: value, create_host_path: optOut, recursive: value }),
    volume: structure({ labels: texts, nocopy: value, subpath: value }),
    tmpfs: structure({ size: amount, mode: octal }),
    image: structure({ subpath: value }),
  }),
);

/** A service. */
export const SERVICE: Form = structure({
  ...{ profiles: value, annotations: texts, attach: stated, build, develop, blkio_config: blockIo },
  ...{ cap_add: value, cap_drop: value, cgroup_parent: value, cgroup: value },
  ...{ cpu_count: value, cpu_percent: value, cpu_period: value, cpu_quota: value },
  ...{ cpu_rt_period: value, cpu_rt_runtime: value, cpus: value, cpuset: value, cpu_shares: value },
  ...{ command, configs: fileMounts, container_name: value },
  credential_spec: structure({ config: value, file: value, registry: value }),
  ...{ depends_on: dependencies, deploy, device_cgroup_rules: value },
  devices: listOf(structure({ source: value, target: value, permissions: value })),
  ...{ dns: value, dns_opt: value, dns_search: value, domainname: value, entrypoint: command },
  provider: structure({ type: value, options: texts }),
  environment: texts,
  env_file: listOf(structure({ path: value, required: optOut, format: value })),
  ...{ expose: value, external_links: value, extra_hosts: value, group_add: value, gpus: deviceRequests },
  ...{ hostname: value, healthcheck, image: value, init: stated, ipc: value, isolation: value, labels: texts },
  ...{ label_file: value, links: value, logging: structure({ driver: value, options: texts }) },
  ...{ mem_limit: amount, mem_reservation: amount, memswap_limit: amount, mem_swappiness: amount },
  ...{ mac_address: value, models: mapOf(structure({ endpoint_var: value, model_var: value })) },
  ...{ network_mode: value, networks: attachments, oom_kill_disable: value, oom_score_adj: value, pid: value },
  ...{ pids_limit: value, platform: value, ports, privileged: value, pull_policy: value, read_only: value },
  ...{ restart: value, runtime: value, scale: stated, secrets: fileMounts, security_opt: value, shm_size: amount },
  ...{ stdin_open: value, stop_grace_period: stated, stop_signal: value, storage_opt: texts, sysctls: texts },
  ...{ tmpfs: value, tty: value, ulimits, use_api_socket: value, user: value, userns_mode: value, uts: value },
  ...{ volumes, volumes_from: value, working_dir: value },
  ...{ post_start: listOf(structure(hook)), pre_stop: listOf(structure(hook)) },
});
