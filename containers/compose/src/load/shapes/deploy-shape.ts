/** `services.*.deploy`, and devices, which `gpus` names too. */
import { list, mapping, scalar } from "../node.ts";
import { listOf, listOrMap, object, texts } from "./collections.ts";
import { atom, bytes, duration, integer, number, oneOf, text } from "./scalars.ts";
import { isOpaque, type Shape } from "./shape.ts";

const update = object({
  parallelism: integer(0),
  delay: duration,
  failure_action: text,
  monitor: duration,
  max_failure_ratio: number(0),
  order: oneOf("start-first", "stop-first"),
});

const deviceCount: Shape = atom((node, path, reading) => {
  return node.kind === "scalar" && node.value === "all" ? scalar(-1, node) : integer(-1).read(node, path, reading);
});

const device = object({
  capabilities: texts,
  count: deviceCount,
  device_ids: texts,
  driver: text,
  options: listOrMap(""),
});
const devices = listOf(device);

/** `gpus`: "all" or a list of requests. */
export const gpus: Shape = {
  read(node, path, reading) {
    if (isOpaque(node, reading) || node.kind !== "scalar" || node.value !== "all")
      return devices.read(node, path, reading);
    return list([mapping({ count: scalar(-1, node) }, node)], node);
  },
  merge: (_base, over) => over,
};

const resource = { cpus: number(0), memory: bytes };

/** How a service runs as a whole. */
export const deploy: Shape = object(
  {
    mode: text,
    endpoint_mode: text,
    replicas: integer(0),
    labels: listOrMap(""),
    update_config: update,
    rollback_config: update,
    resources: object({
      limits: object({ ...resource, pids: integer(-1) }),
      reservations: object({
        ...resource,
        devices,
        generic_resources: listOf(object({ discrete_resource_spec: object({ kind: text, value: number() }) })),
      }),
    }),
    restart_policy: object({ condition: text, delay: duration, max_attempts: integer(0), window: duration }),
    placement: object({
      constraints: texts,
      preferences: listOf(object({ spread: text })),
      max_replicas_per_node: integer(0),
    }),
  },
  { nullable: true },
);
