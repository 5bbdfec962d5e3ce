/** Everything the API answers. The first route that fits is taken. */
import { openGrpc, openSession } from "./buildkit/open-connection.ts";
import { getArchive, putArchive, statArchive } from "./containers/archive.ts";
import { attachContainer } from "./containers/attach-container.ts";
import { containerChanges } from "./containers/container-changes.ts";
import { containerLogs } from "./containers/container-logs.ts";
import { containerStats } from "./containers/container-stats.ts";
import { containerTop } from "./containers/container-top.ts";
import { createContainer } from "./containers/create-container.ts";
import { exportContainer } from "./containers/export-container.ts";
import { inspectContainer } from "./containers/inspect-container.ts";
import { killContainer } from "./containers/kill-container.ts";
import { listContainers } from "./containers/list-containers.ts";
import { pauseContainer, unpauseContainer } from "./containers/pause-container.ts";
import { pruneContainers } from "./containers/prune-containers.ts";
import { removeContainer } from "./containers/remove-container.ts";
import { renameContainer } from "./containers/rename-container.ts";
import { resizeContainer } from "./containers/resize-container.ts";
import { restartContainer } from "./containers/restart-container.ts";
import { startContainer } from "./containers/start-container.ts";
import { stopContainer } from "./containers/stop-container.ts";
import { updateContainer } from "./containers/update-container.ts";
import { waitContainer } from "./containers/wait-container.ts";
import type { Deps } from "./deps.ts";
import { createExec } from "./exec/create-exec.ts";
import { inspectExec } from "./exec/inspect-exec.ts";
import { resizeExec } from "./exec/resize-exec.ts";
import { startExec } from "./exec/start-exec.ts";
import type { Route } from "./http/serve.ts";
import { buildImage } from "./images/build-image.ts";
import { checkLogin } from "./images/check-login.ts";
import { commitImage } from "./images/commit-image.ts";
import { createImage } from "./images/create-image.ts";
import { imageHistory } from "./images/image-history.ts";
import { inspectImage } from "./images/inspect-image.ts";
import { listImages } from "./images/list-images.ts";
import { loadImages } from "./images/load-images.ts";
import { pruneImages } from "./images/prune-images.ts";
import { pushImage } from "./images/push-image.ts";
import { removeImage } from "./images/remove-image.ts";
import { saveImages } from "./images/save-images.ts";
import { tagImage } from "./images/tag-image.ts";
import { connectNetwork, disconnectNetwork } from "./networks/connect-network.ts";
import { createNetwork } from "./networks/create-network.ts";
import { inspectNetwork } from "./networks/inspect-network.ts";
import { listNetworks } from "./networks/list-networks.ts";
import { pruneNetworks } from "./networks/prune-networks.ts";
import { removeNetwork } from "./networks/remove-network.ts";
import { diskUsage } from "./system/disk-usage.ts";
import { events } from "./system/events.ts";
import { info } from "./system/info.ts";
import { outsideSwarmRoutes, pruneBuildCache, searchImages } from "./system/outside-swarm.ts";
import { ping } from "./system/ping.ts";
import { version } from "./system/version.ts";
import { createVolume } from "./volumes/create-volume.ts";
import { inspectVolume } from "./volumes/inspect-volume.ts";
import { listVolumes } from "./volumes/list-volumes.ts";
import { pruneVolumes } from "./volumes/prune-volumes.ts";
import { removeVolume } from "./volumes/remove-volume.ts";

/** All routes. */
export function routes(deps: Deps): readonly Route[] {
  return [
    { method: "GET", path: "/_ping", handler: ping },
    { method: "GET", path: "/version", handler: version },
    { method: "GET", path: "/info", handler: info(deps) },
    { method: "GET", path: "/events", handler: events(deps) },
    { method: "GET", path: "/system/df", handler: diskUsage(deps) },

    ...outsideSwarmRoutes,

    { method: "GET", path: "/images/search", handler: searchImages },
    { method: "GET", path: "/images/json", handler: listImages(deps) },
    { method: "POST", path: "/images/create", handler: createImage(deps) },
    { method: "GET", path: "/images/get", handler: saveImages(deps) },
    { method: "GET", path: "/images/{name*}/get", handler: saveImages(deps) },
    { method: "POST", path: "/images/{name*}/push", handler: pushImage(deps) },
    { method: "POST", path: "/commit", handler: commitImage(deps) },
    { method: "POST", path: "/images/load", handler: loadImages(deps) },
    { method: "POST", path: "/auth", handler: checkLogin(deps) },
    { method: "POST", path: "/images/prune", handler: pruneImages(deps) },
    { method: "GET", path: "/images/{name*}/json", handler: inspectImage(deps) },
    { method: "GET", path: "/images/{name*}/history", handler: imageHistory(deps) },
    { method: "POST", path: "/images/{name*}/tag", handler: tagImage(deps) },
    { method: "DELETE", path: "/images/{name*}", handler: removeImage(deps) },
    { method: "POST", path: "/build/prune", handler: pruneBuildCache },
    { method: "POST", path: "/build", handler: buildImage(deps) },
    { method: "POST", path: "/grpc", handler: openGrpc(deps) },
    { method: "POST", path: "/session", handler: openSession(deps) },

    { method: "GET", path: "/containers/json", handler: listContainers(deps) },
    { method: "POST", path: "/containers/create", handler: createContainer(deps) },
    { method: "GET", path: "/containers/{id}/json", handler: inspectContainer(deps) },
    { method: "POST", path: "/containers/prune", handler: pruneContainers(deps) },
    { method: "GET", path: "/containers/{id}/top", handler: containerTop(deps) },
    { method: "GET", path: "/containers/{id}/stats", handler: containerStats(deps) },
    { method: "GET", path: "/containers/{id}/changes", handler: containerChanges(deps) },
    { method: "GET", path: "/containers/{id}/export", handler: exportContainer(deps) },
    { method: "HEAD", path: "/containers/{id}/archive", handler: statArchive(deps) },
    { method: "GET", path: "/containers/{id}/archive", handler: getArchive(deps) },
    { method: "PUT", path: "/containers/{id}/archive", handler: putArchive(deps) },
    { method: "POST", path: "/containers/{id}/update", handler: updateContainer(deps) },
    { method: "GET", path: "/containers/{id}/logs", handler: containerLogs(deps) },
    { method: "POST", path: "/containers/{id}/attach", handler: attachContainer(deps) },
    { method: "POST", path: "/containers/{id}/wait", handler: waitContainer(deps) },
    { method: "POST", path: "/containers/{id}/start", handler: startContainer(deps) },
    { method: "POST", path: "/containers/{id}/stop", handler: stopContainer(deps) },
    { method: "POST", path: "/containers/{id}/restart", handler: restartContainer(deps) },
    { method: "POST", path: "/containers/{id}/kill", handler: killContainer(deps) },
    { method: "POST", path: "/containers/{id}/pause", handler: pauseContainer(deps) },
    { method: "POST", path: "/containers/{id}/unpause", handler: unpauseContainer(deps) },
    { method: "POST", path: "/containers/{id}/rename", handler: renameContainer(deps) },
    { method: "POST", path: "/containers/{id}/resize", handler: resizeContainer(deps) },
    { method: "DELETE", path: "/containers/{id}", handler: removeContainer(deps) },

    { method: "POST", path: "/containers/{id}/exec", handler: createExec(deps) },
    { method: "GET", path: "/networks", handler: listNetworks(deps) },
    { method: "POST", path: "/networks/create", handler: createNetwork(deps) },
    { method: "POST", path: "/networks/prune", handler: pruneNetworks(deps) },
    { method: "GET", path: "/networks/{id}", handler: inspectNetwork(deps) },
    { method: "DELETE", path: "/networks/{id}", handler: removeNetwork(deps) },
    { method: "POST", path: "/networks/{id}/connect", handler: connectNetwork(deps) },
    { method: "POST", path: "/networks/{id}/disconnect", handler: disconnectNetwork(deps) },

    { method: "GET", path: "/volumes", handler: listVolumes(deps) },
    { method: "POST", path: "/volumes/create", handler: createVolume(deps) },
    { method: "POST", path: "/volumes/prune", handler: pruneVolumes(deps) },
    { method: "GET", path: "/volumes/{name}", handler: inspectVolume(deps) },
    { method: "DELETE", path: "/volumes/{name}", handler: removeVolume(deps) },

    { method: "POST", path: "/exec/{id}/start", handler: startExec(deps) },
    { method: "POST", path: "/exec/{id}/resize", handler: resizeExec(deps) },
    { method: "GET", path: "/exec/{id}/json", handler: inspectExec(deps) },
  ];
}
