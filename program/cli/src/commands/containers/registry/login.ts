/** `skiff login`: a registry's user and password, checked and kept for pulls and pushes. */
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { VerbFailure, verb } from "../verb.ts";
import { configDirectory } from "./login-header.ts";
import { serverKey, storeLogin } from "./stored-logins.ts";

export const run = verb(
  {
    usage: "skiff login [OPTIONS] [SERVER]",
    about: "Checks a user and password at a registry and keeps them; Docker Hub where no server is named",
    operands: { min: 0, max: 1 },
    flags: { password: "value", "password-stdin": "switch", username: "value" },
    short: { p: "password", u: "username" },
    interspersed: true,
  },
  async ({ flags, client }) => {
    const given = flags.value("password");
    if (given !== undefined) {
      process.stderr.write("WARNING! Using --password via the CLI is insecure. Use --password-stdin.\n");
      if (flags.has("password-stdin"))
        throw new VerbFailure("conflicting options: cannot specify both --password and --password-stdin");
    }
    if (flags.has("password-stdin") && !flags.given("username"))
      throw new VerbFailure("the --password-stdin option requires --username to be set");
    const server = serverKey(flags.operands[0]);
    const username = flags.value("username") ?? (await ask("Username: ", "Username"));
    const password = flags.has("password-stdin") ? await readAll() : (given ?? (await ask("Password: ", "Password")));
    if (username === "" || password === "") throw new VerbFailure("Error: Password Required");
    const answer = await client.json<{ Status?: string; IdentityToken?: string }>("/auth", {
      method: "POST",
      json: { username, password, serveraddress: server },
    });
    const login = { username, password, identityToken: answer.IdentityToken ?? "" };
    const isPlain = await storeLogin(configDirectory(), server, login);
    if (isPlain)
      process.stderr.write(
        `\nWARNING! Your credentials are stored unencrypted in '${configDirectory()}/config.json'.\nConfigure a credential helper to remove this warning. See\nhttps://docs.docker.com/go/credential-store/\n\n`,
      );
    process.stdout.write(`${answer.Status ?? "Login Succeeded"}\n`);
    return 0;
  },
);

async function readAll(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks)
    .toString("utf8")
    .replace(/\r?\n$/, "");
}

/** Asks on the terminal; a password is not shown. Throws VerbFailure where there is none. */
async function ask(question: string, what: "Username" | "Password"): Promise<string> {
  if (!process.stdin.isTTY) throw new VerbFailure("Error: Cannot perform an interactive login from a non TTY device");
  process.stdout.write(question);
  const echo = what === "Password" ? new Writable({ write: (_chunk, _encoding, done) => done() }) : process.stdout;
  const lines = createInterface({ input: process.stdin, output: echo, terminal: true });
  try {
    return (await lines.question("")).trim();
  } finally {
    lines.close();
    if (what === "Password") process.stdout.write("\n");
  }
}
