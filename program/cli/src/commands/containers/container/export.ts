/** `skiff export`: the files of a container as a tar. */

import { verb } from "../verb.ts";
import { writeArchive } from "../write-archive.ts";

export const run = verb(
  {
    usage: "skiff export [OPTIONS] CONTAINER",
    about: "Writes a container's files as a tar, to standard output unless a file is named",
    operands: { min: 1, max: 1 },
    flags: { output: "value" },
    short: { o: "output" },
    interspersed: true,
  },
  async ({ flags, client }) => {
    const path = `/containers/${encodeURIComponent(flags.operands[0] ?? "")}/export`;
    await writeArchive(flags.value("output"), "export", () => client.open(path));
    return 0;
  },
);
