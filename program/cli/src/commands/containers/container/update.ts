/** `skiff update`: other limits for containers, while they run. */
import type { FlagKind } from "../../../docker-client/parse-flags.ts";
import { messageOf, VerbFailure, verb } from "../verb.ts";
import { restartPolicy } from "./create/create-body.ts";
import { updatableResources } from "./create/resources.ts";

const FLAGS: Readonly<Record<string, FlagKind>> = {
  "blkio-weight": "int",
  "cpu-period": "int",
  "cpu-quota": "int",
  "cpu-rt-period": "int",
  "cpu-rt-runtime": "int",
  "cpu-shares": "int",
  cpus: "value",
  "cpuset-cpus": "value",
  "cpuset-mems": "value",
  memory: "value",
  "memory-reservation": "value",
  "memory-swap": "value",
  "pids-limit": "int",
  restart: "value",
};

export const run = verb(
  {
    usage: "skiff update [OPTIONS] CONTAINER [CONTAINER...]",
    about: "Changes the limits of containers, and when they are started again",
    operands: { min: 1 },
    flags: FLAGS,
    short: { c: "cpu-shares", m: "memory" },
    interspersed: true,
  },
  async ({ flags, client }) => {
    if (!Object.keys(FLAGS).some(flags.given))
      throw new VerbFailure("you must provide one or more flags when using this command");
    const json = { ...updatableResources(flags), RestartPolicy: restartPolicy(flags.value("restart")) };
    let code = 0;
    const warnings: string[] = [];
    for (const id of flags.operands) {
      try {
        const path = `/containers/${encodeURIComponent(id)}/update`;
        const { Warnings } = await client.json<{ Warnings?: readonly string[] | null }>(path, { method: "POST", json });
        process.stdout.write(`${id}\n`);
        warnings.push(...(Warnings ?? []));
      } catch (error) {
        process.stderr.write(`${messageOf(error)}\n`);
        code = 1;
      }
    }
    if (warnings.length > 0) process.stdout.write(`${warnings.join("\n")}\n`);
    return code;
  },
);
