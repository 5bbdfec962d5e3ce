import { resolve } from "node:path";
import type { Command } from "commander";
import { parseDatastore } from "../datastore/parse-datastore.ts";
import type { ConfigChoice } from "../instance/config.ts";

/** What a user says about where the state is kept; an instance remembers it. */
export interface StorageOptions {
  readonly datastore?: string;
  readonly encryptionProviderConfig?: string;
}

/** Adds the options to a command. */
export function withStorageOptions(command: Command): Command {
  return command
    .option("--datastore <where>", "where the state is kept: sqlite, or etcd://HOST:PORT,… (see docs/datastore.md)")
    .option("--encryption-provider-config <file>", "which resources are encrypted at rest, and how; none to stop");
}

/** The options as the instance's configuration keeps them. Throws when the datastore is none. */
export function storageChoice(options: StorageOptions): Pick<ConfigChoice, "datastore" | "encryptionConfig"> {
  const { datastore, encryptionProviderConfig: file } = options;
  if (datastore !== undefined) parseDatastore(datastore);
  const encryptionConfig = file === undefined || file === "none" ? file : resolve(file);
  return { datastore, encryptionConfig };
}
