/** `skiff logout`: a registry's user and password, forgotten. */
import { verb } from "../verb.ts";
import { configDirectory } from "./login-header.ts";
import { removeLogin, serverKey } from "./stored-logins.ts";

export const run = verb(
  {
    usage: "skiff logout [SERVER]",
    about: "Forgets the login at a registry; Docker Hub where none is named",
    operands: { min: 0, max: 1 },
    flags: {},
    short: {},
    interspersed: true,
  },
  async ({ flags }) => {
    const [named] = flags.operands;
    const server = serverKey(named);
    process.stdout.write(`Removing login credentials for ${server}\n`);
    await removeLogin(configDirectory(), server);
    return 0;
  },
);
