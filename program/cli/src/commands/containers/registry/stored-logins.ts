/** Logins in Docker's configuration (`config.json`), or with the credential helper that it names. */
import { spawn } from "node:child_process";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { VerbFailure } from "../verb.ts";

/** A user of a registry. With an identity token the password is not kept. */
export interface Login {
  readonly username: string;
  readonly password: string;
  readonly identityToken: string;
}

interface Config {
  auths?: Record<string, Record<string, string>>;
  credsStore?: string;
  credHelpers?: Record<string, string>;
}

const HUB = "https://index.docker.io/v1/";

/** The name under which a registry's login is kept. */
export function serverKey(named: string | undefined): string {
  if (named === undefined || ["docker.io", "index.docker.io", "registry-1.docker.io", HUB].includes(named)) return HUB;
  return named.replace(/^https?:\/\//, "").split("/")[0] ?? named;
}

/** Keeps a login. Gives whether it lies in the file for everybody who can read it. */
export async function storeLogin(directory: string, server: string, login: Login): Promise<boolean> {
  const config = await read(directory);
  const helper = helperOf(config, server);
  if (helper !== undefined) {
    const [Username, Secret] =
      login.identityToken === "" ? [login.username, login.password] : ["<token>", login.identityToken];
    await askHelper(helper, "store", JSON.stringify({ ServerURL: server, Username, Secret }));
    await write(directory, { ...config, auths: { ...config.auths, [server]: {} } });
    return false;
  }
  const { username, password, identityToken } = login;
  const secret = identityToken === "" ? `${username}:${password}` : `${username}:`;
  const entry = {
    auth: Buffer.from(secret).toString("base64"),
    ...(identityToken === "" ? {} : { identitytoken: identityToken }),
  };
  await write(directory, { ...config, auths: { ...config.auths, [server]: entry } });
  return true;
}

/** Forgets a login, under every name that it may have been kept by. */
export async function removeLogin(directory: string, server: string): Promise<void> {
  const config = await read(directory);
  const helper = helperOf(config, server);
  if (helper !== undefined) await askHelper(helper, "erase", server);
  const names = new Set([server, `https://${server}`, `http://${server}`]);
  const left = Object.entries(config.auths ?? {}).filter(([name]) => !names.has(name));
  if (left.length === Object.keys(config.auths ?? {}).length) return;
  await write(directory, { ...config, auths: Object.fromEntries(left) });
}

function helperOf({ credHelpers, credsStore }: Config, server: string): string | undefined {
  return credHelpers?.[server] ?? (credsStore || undefined);
}

async function read(directory: string): Promise<Config> {
  const path = join(directory, "config.json");
  try {
    return JSON.parse(await readFile(path, "utf8")) as Config;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw new VerbFailure(`cannot read ${path}: ${(error as Error).message}`);
  }
}

async function write(directory: string, config: Config): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const unfinished = join(directory, `config.json.${process.pid}`);
  await writeFile(unfinished, `${JSON.stringify(config, undefined, "\t")}\n`, { mode: 0o600 });
  await rename(unfinished, join(directory, "config.json"));
}

/** A credential helper gets its request on standard input: secrets never are in an argument. */
async function askHelper(helper: string, verb: "store" | "erase", input: string): Promise<void> {
  const child = spawn(`docker-credential-${helper}`, [verb], { stdio: ["pipe", "pipe", "inherit"] });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  // A helper that ends early closes its input; its exit code says why.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  // Erasing what is not there is no failure.
  if (code !== 0 && verb === "store") throw new VerbFailure(`docker-credential-${helper}: ${said.trim()}`);
}
