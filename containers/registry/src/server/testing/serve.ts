/** A registry in a process of its own, for tests that kill it: content in the directory given, its port as a message to the parent. */
import { startRegistryServer } from "../server.ts";

const server = await startRegistryServer({ root: process.argv[2] ?? "" });
process.send?.(server.port);
