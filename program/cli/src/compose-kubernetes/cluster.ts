/** The cluster of this instance. */
import { readConfig } from "../instance/config.ts";
import { type Connection, connect } from "../instance/connect.ts";
import { pkiPaths } from "../instance/pki.ts";
import { runningPid } from "../instance/process.ts";
import { layoutFor } from "../layout.ts";

/**
 * Connects as its administrator. `dockerHost` is what the engine is reached by, if that was said: images and volumes there must be those
 * that Pods use. Throws where the cluster does not run, or the engine is another one.
 */
export function connectToCluster(dockerHost: string | undefined): Connection {
  const layout = layoutFor({});
  if (dockerHost && dockerHost !== `unix://${layout.dockerSocket}`)
    throw new Error(
      `the cluster uses the engine at unix://${layout.dockerSocket}, not DOCKER_HOST=${dockerHost}: unset it`,
    );
  const config = runningPid(layout.serverPid) === undefined ? undefined : readConfig(layout);
  if (!config) throw new Error("no cluster runs here: start it with 'skiff up'");
  return connect(config, pkiPaths(layout));
}
