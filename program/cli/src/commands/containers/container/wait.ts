/** `skiff wait`: the exit codes of containers, when they have them. */
import { messageOf, verb } from "../verb.ts";

export const run = verb(
  {
    usage: "skiff wait CONTAINER [CONTAINER...]",
    about: "Waits until containers end, and prints their exit codes",
    operands: { min: 1 },
    flags: {},
    short: {},
    interspersed: true,
  },
  async ({ flags, client }) => {
    let code = 0;
    for (const id of flags.operands) {
      try {
        const path = `/containers/${encodeURIComponent(id)}/wait`;
        const { StatusCode } = await client.json<{ StatusCode: number }>(path, { method: "POST" });
        process.stdout.write(`${StatusCode}\n`);
      } catch (error) {
        process.stderr.write(`${messageOf(error)}\n`);
        code = 1;
      }
    }
    return code;
  },
);
