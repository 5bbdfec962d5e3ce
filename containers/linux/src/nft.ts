import { spawn } from "node:child_process";

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

function run(args: readonly string[], input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn("nft", args, { stdio: ["pipe", "pipe", "pipe"] });
    const output: Buffer[] = [];
    const complaints: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => complaints.push(chunk));
    // nft may refuse before it has read everything; its exit code tells.
    child.stdin.on("error", () => undefined);
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(Buffer.concat(output).toString());
      else reject(new NftError(`nft failed (${code}): ${Buffer.concat(complaints).toString().trim().slice(0, 2000)}`));
    });
    child.stdin.end(input);
  });
}
