import { isConflict, isNotFound, type Transport } from "@skiff/api";
import type { FlowSchema } from "@skiff/api/flowcontrol/v1";
import { flowSchemas, priorityLevelConfigurations } from "@skiff/api/resources";
import { timestamp } from "../objects/timestamp.ts";
import type { Log } from "../server-options.ts";
import type { Caches } from "../state/caches.ts";

/** Changes that come together are looked at together. */
const SETTLE_MS = 200;

/** Keeps the condition `Dangling` of flow schemas, which says whether the priority level a schema names is there, until disposed of. */
export function keepFlowSchemaStatus(
  caches: Caches,
  transport: Transport,
  clock: { now(): number },
  log: Log,
): Disposable {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const look = async () => {
    timer = undefined;
    for (const entry of caches.of(flowSchemas).entries.under("")) {
      if (stopped) return;
      const schema = entry.object as unknown as FlowSchema;
      const level = schema.spec.priorityLevelConfiguration.name;
      const wanted = danglingCondition(level, caches.of(priorityLevelConfigurations).entries.get(level) !== undefined);
      const present = schema.status?.conditions?.find(({ type }) => type === wanted.type);
      if (present?.status === wanted.status && present.message === wanted.message) continue;
      const others = (schema.status?.conditions ?? []).filter(({ type }) => type !== wanted.type);
      const conditions = [...others, { ...wanted, lastTransitionTime: timestamp(clock.now()) }];
      const at = { resource: flowSchemas, name: schema.metadata.name, subresource: "status" };
      const query = { fieldManager: "api-priority-and-fairness-config-consumer-v1" };
      await transport
        .call({ verb: "patch", ...at, patchType: "merge", body: { status: { conditions } }, query })
        .catch((error) => {
          if (!isNotFound(error) && !isConflict(error)) throw error;
        });
    }
  };
  const note = () => {
    if (stopped) return;
    timer ??= setTimeout(() => {
      look().catch((error) => {
        if (!stopped) log.warn("cannot say which flow schemas name a priority level that is not there", { error });
      });
    }, SETTLE_MS).unref();
  };
  caches.of(flowSchemas).onChange(note);
  caches.of(priorityLevelConfigurations).onChange(note);
  note();
  return {
    [Symbol.dispose]() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

function danglingCondition(level: string, there: boolean) {
  const about = `This FlowSchema references the PriorityLevelConfiguration object named ${JSON.stringify(level)}`;
  return there
    ? { type: "Dangling", status: "False", reason: "Found", message: `${about} and it exists` }
    : { type: "Dangling", status: "True", reason: "NotFound", message: `${about} but there is no such object` };
}
