/** `skiff compose commit`: an image of what the files of a service's container have become. */
import { UsageError } from "../../../docker-client/parse-flags.ts";
import { checkReference } from "../../containers/image/reference.ts";
import { splitName } from "../../containers/image/split-name.ts";
import { int, list, on, value, verbTable } from "../flag-table.ts";
import type { Verb } from "../verb.ts";

export const commit: Verb = {
  canRehearse: false,
  table: verbTable("commit [OPTIONS] SERVICE [REPOSITORY[:TAG]]", {
    author: value("NAME", "who made it", "a"),
    change: list("INSTRUCTION", "an instruction of a Dockerfile for the image", "c"),
    index: int("which of the service's containers"),
    message: value("TEXT", "what it is", "m"),
    pause: on("freeze the container meanwhile (default true)", "p"),
  }),
  async run(call) {
    const { flags } = call;
    const [service, name, ...rest] = flags.operands;
    if (service === undefined || rest.length > 0) throw new UsageError("a service is required, and a name at most");
    if (name !== undefined) checkReference(name);
    const project = await call.projectName();
    const context = await call.context();
    const operation = await import("@skiff/compose/operations/container");
    const { id } = await operation.containerOf(context, project, service, { index: flags.number("index"), all: true });
    const { repository, tag } = name === undefined ? {} : splitName(name);
    const query = new URLSearchParams({
      container: id,
      ...(repository === undefined ? {} : { repo: repository }),
      ...(tag === undefined ? {} : { tag }),
      ...{ comment: flags.value("message") ?? "", author: flags.value("author") ?? "" },
      ...(flags.given("pause") && !flags.has("pause") ? { pause: "0" } : {}),
    });
    for (const change of flags.list("change")) query.append("changes", change);
    const { Id } = await context.client.json<{ Id: string }>(`/commit?${query}`, { method: "POST", json: {} });
    call.print(Id);
    return 0;
  },
};
