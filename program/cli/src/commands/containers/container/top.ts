/** `skiff top`: the processes of a container. */
import { alignTabs } from "../formatting/tab-writer.ts";
import { verb } from "../verb.ts";

const WIDTH = 20;

export const run = verb(
  {
    usage: "skiff top CONTAINER [ps OPTIONS]",
    about: "Lists the processes of a container",
    operands: { min: 1 },
    flags: {},
    short: {},
  },
  async ({ flags, client }) => {
    const [container = "", ...options] = flags.operands;
    const query = { ps_args: options.length === 0 ? undefined : options.join(" ") };
    const { Titles, Processes } = await client.json<{ Titles: string[]; Processes: string[][] }>(
      `/containers/${encodeURIComponent(container)}/top`,
      { query },
    );
    const lines = [Titles, ...Processes].map((cells) => `${cells.join("\t")}\n`);
    process.stdout.write(alignTabs(lines.join(""), WIDTH));
    return 0;
  },
);
