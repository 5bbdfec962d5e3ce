import { text } from "node:stream/consumers";
import { spawnProgram } from "./spawn-program.ts";

/**
 * Carries out a batch of nftables commands as one transaction (`nft -f -`): all of it holds, or none. Rejects with nft's own words.
 * A batch that begins with `add table` and `delete table` replaces a table whole.
 */
export async function nft(batch: string): Promise<void> {
  await run(["-f", "-"], batch);
}

/** Deletes a table. False when there is none. */
export async function deleteTable(family: "ip" | "ip6" | "inet", name: string): Promise<boolean> {
  try {
    await run(["delete", "table", family, name], "");
    return true;
  } catch (error) {
    if (error instanceof NftError && error.message.includes("No such file or directory")) return false;
    throw error;
  }
}

/** Lists a table's rules as nft prints them; undefined when there is no such table. */
export async function listTable(family: "ip" | "ip6" | "inet", name: string): Promise<string | undefined> {
  try {
    return await run(["list", "table", family, name], "");
  } catch (error) {
    if (error instanceof NftError && error.message.includes("No such file or directory")) return undefined;
    throw error;
  }
}

/** What nft said when it refused. */
export class NftError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "NftError";
  }
}

// It is started before the first turn of the event loop: in the namespaces that the caller is in.
async function run(args: readonly string[], input: string): Promise<string> {
  const { pipes, ended } = spawnProgram("nft", args, { stdio: ["pipe", "pipe", "pipe"] });
  const [stdin, stdout, stderr] = pipes;
  // nft may refuse before it has read everything; its exit code tells.
  stdin?.on("error", () => undefined);
  stdin?.end(input);
  const [output, complaint, end] = await Promise.all([stdout && text(stdout), stderr && text(stderr), ended]);
  stdin?.destroy();
  if (end.code !== 0) throw new NftError(`nft failed (${end.code ?? end.signal}): ${complaint?.trim().slice(0, 2000)}`);
  return output ?? "";
}
