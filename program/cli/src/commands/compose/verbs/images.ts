/** `skiff compose images`: what the containers were made from. */
import { ago, humanSize, shortId } from "../../containers/formatting/units.ts";
import { on, value, verbTable } from "../flag-table.ts";
import { columns, LIST_WIDTH } from "../rendering/columns.ts";
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
      const rows = images.map(({ container, repository, tag, platform, id, size, created }) => [
        container,
        repository || "<none>",
        tag || "<none>",
        platform,
        shortId(id),
        humanSize(size, 3),
        created === undefined ? "N/A" : ago(Date.parse(created) / 1000),
      ]);
      process.stdout.write(columns([HEADING, ...rows], LIST_WIDTH));
    }
    return 0;
  },
};
