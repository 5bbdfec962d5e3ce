/** `skiff compose images`: what the containers were made from. */
import { on, value, verbTable } from "../flag-table.ts";
import { columns, LIST_COLUMNS } from "../rendering/columns.ts";
import { humanDuration, humanSize } from "../rendering/human.ts";
import type { Verb } from "../verb.ts";

const HEADING = ["CONTAINER", "REPOSITORY", "TAG", "PLATFORM", "IMAGE ID", "SIZE", "CREATED"];

export const images: Verb = {
  table: verbTable("images [OPTIONS] [SERVICE...]", {
    format: value("string", "table or json"),
    quiet: on("only the ids", "q"),
  }),
  async run(call) {
    const { flags } = call;
    const name = await call.projectName();
    const operation = await import("@skiff/compose/operations/images");
    const images = await operation.images(await call.context(), name, { services: flags.operands });
    if (flags.has("quiet")) {
      for (const id of new Set(images.map((image) => image.id.replace(/^.*:/, "")))) call.print(id);
    } else if (flags.value("format") === "json") {
      call.print(
        JSON.stringify(
          images.map(({ id, container, repository, tag, platform, size, created, lastTagged }) => ({
            ID: id,
            ContainerName: container,
            Repository: repository,
            Tag: tag,
            Platform: platform,
            Size: size,
            ...(created === undefined ? {} : { Created: created }),
            ...(lastTagged === undefined ? {} : { LastTagTime: lastTagged }),
          })),
        ),
      );
    } else {
      const now = Date.now();
      const rows = images.map(({ container, repository, tag, platform, id, size, created }) => [
        container,
        repository || "<none>",
        tag || "<none>",
        platform,
        id.replace(/^.*:/, "").slice(0, 12),
        humanSize(size),
        created === undefined ? "N/A" : `${humanDuration(now - Date.parse(created))} ago`,
      ]);
      process.stdout.write(columns([HEADING, ...rows], LIST_COLUMNS));
    }
    return 0;
  },
};
