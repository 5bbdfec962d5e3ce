import { LOCALNET_MARKER } from "./base-rules.ts";
import { forbidLocalNodePorts } from "./kernel-settings.ts";
import { NftError, type NftRunner, nftRunner } from "./nft.ts";

/**
 * Removes the table a proxy left, and with the last one on the machine the kernel setting that went with it. Removing what
 * is not there is no error. Call it only when no proxy runs for the table.
 */
export async function removeProxyRules(tableName: string, run: NftRunner = nftRunner()): Promise<void> {
  const marked = await tablesThatSwitchedLocalnet(run);
  await run(`add table ip ${tableName}\ndelete table ip ${tableName}\n`);
  if (marked.length === 1 && marked[0] === tableName) forbidLocalNodePorts();
}

/** The tables of proxies, running or not, that rely on `route_localnet` having been switched on by one of them. */
export async function tablesThatSwitchedLocalnet(run: NftRunner): Promise<string[]> {
  const marked: string[] = [];
  for (const [, table = ""] of (await run("list tables ip\n")).matchAll(/^table ip ([A-Za-z][\w.-]*)$/gm)) {
    try {
      await run(`list chain ip ${table} ${LOCALNET_MARKER}\n`);
      marked.push(table);
    } catch (error) {
      if (!(error instanceof NftError)) throw error; // nft says that way that there is no such chain
    }
  }
  return marked;
}
