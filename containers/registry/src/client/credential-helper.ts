/** Docker's credential helpers: programs that keep logins elsewhere than in a file. */
import { spawn } from "node:child_process";
import { buffer } from "node:stream/consumers";
import type { Credentials } from "./credentials.ts";

const MAX_ANSWER = 1 << 20;
const TIMEOUT = 30_000;
/** The user name that says that the secret is an identity token. */
const TOKEN_USER = "<token>";

/**
 * Asks `docker-credential-<helper>` for the login at a server. Undefined where it has none. Throws where the helper is not there or
 * fails, without what it said on standard output, which may hold secrets.
 */
export async function askHelper(helper: string, server: string): Promise<Credentials | undefined> {
  if (!/^[\w.-]{1,64}$/.test(helper))
    throw new Error(`cannot ask the credential helper ${JSON.stringify(helper)}: not a name`);
  const program = `docker-credential-${helper}`;
  const child = spawn(program, ["get"], { stdio: ["pipe", "pipe", "ignore"], timeout: TIMEOUT });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("close", resolve);
    child.once("error", (error) => reject(new Error(`cannot run the credential helper ${program}: ${error.message}`)));
  });
  child.stdin.on("error", () => undefined); // it ended without reading: its exit code says why
  child.stdin.end(`${server}\n`);
  const [output, code] = await Promise.all([buffer(bounded(child.stdout)), ended]);
  const text = output.toString("utf8");
  if (code !== 0) {
    if (/credentials not found/i.test(text)) return undefined;
    throw new Error(`the credential helper ${program} failed (exit code ${code})`);
  }
  const { Username, Secret } = parse(text, program);
  if (typeof Username !== "string" || typeof Secret !== "string" || Secret === "") return undefined;
  if (Username === TOKEN_USER) return { username: "", password: "", identityToken: Secret };
  return { username: Username, password: Secret };
}

async function* bounded(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of source) {
    size += chunk.byteLength;
    if (size > MAX_ANSWER) throw new Error("the credential helper says too much");
    yield chunk;
  }
}

function parse(text: string, program: string): { Username?: unknown; Secret?: unknown } {
  try {
    return Object(JSON.parse(text));
  } catch (error) {
    // Not passed on as the cause: a parser's message quotes what may be a secret.
    if (!(error instanceof SyntaxError)) throw error;
    throw new Error(`the credential helper ${program} did not answer in JSON`);
  }
}
