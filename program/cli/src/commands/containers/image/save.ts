/** `skiff save`: images as an archive. */

import { verb } from "../verb.ts";
import { writeArchive } from "../write-archive.ts";

export const run = verb(
  {
    usage: "skiff save [OPTIONS] IMAGE [IMAGE...]",
    about: "Writes images as an archive, to standard output unless a file is named",
    operands: { min: 1 },
    flags: { output: "value", platform: "value" },
    short: { o: "output" },
    interspersed: true,
  },
  async ({ flags, client }) => {
    const query = new URLSearchParams(flags.operands.map((name) => ["names", name]));
    await writeArchive(flags.value("output"), "save", () => client.open(`/images/get?${query}`));
    return 0;
  },
);
