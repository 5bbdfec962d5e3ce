/** An image in the shapes Docker gives it. Pure. */
import type { Image } from "@skiff/engine";
import { displayName } from "./display-name.ts";

/** Its names, apart: those with a tag and those with a digest. */
export function namesOf({ names }: Image): { tags: string[]; digests: string[] } {
  const shown = names.map((name) => displayName(name));
  return { tags: shown.filter((name) => !name.includes("@")), digests: shown.filter((name) => name.includes("@")) };
}

/** One entry of GET /images/json. */
export function imageSummary(image: Image, isShown: (name: string) => boolean = () => true): object {
  const { tags, digests } = namesOf(image);
  return {
    Id: image.id,
    ParentId: "",
    RepoTags: tags.filter(isShown),
    RepoDigests: digests.filter(isShown),
    Created: Math.floor(image.created / 1000),
    Size: image.size,
    SharedSize: -1,
    Labels: image.config.config?.Labels ?? null,
    Containers: -1,
  };
}

/** Fields that clients of old versions of the API know, with what they are where nothing is known. */
const OLD_CONFIG = {
  ...{ Hostname: "", Domainname: "", AttachStdin: false, AttachStdout: false, AttachStderr: false },
  ...{ Tty: false, OpenStdin: false, StdinOnce: false, Image: "", OnBuild: null },
};

/** The answer of GET /images/{name}/json in a version of the API. */
export function imageDetails(image: Image, version: number): object {
  const { tags, digests } = namesOf(image);
  const { config } = image;
  return {
    Id: image.id,
    RepoTags: tags,
    RepoDigests: digests,
    Parent: "",
    Comment: config.history?.at(-1)?.comment ?? "",
    Created: config.created ?? new Date(image.created).toISOString(),
    DockerVersion: "",
    Author: config.author ?? "",
    ...(version < 1045 ? { Container: "", ContainerConfig: { ...OLD_CONFIG, Cmd: null, Labels: null } } : {}),
    Config: {
      ...(version < 1050 ? OLD_CONFIG : {}),
      Cmd: null,
      Entrypoint: null,
      Env: [],
      Labels: null,
      User: "",
      Volumes: null,
      WorkingDir: "",
      ...config.config,
    },
    Architecture: config.architecture,
    ...(config.variant === undefined ? {} : { Variant: config.variant }),
    Os: config.os,
    Size: image.size,
    ...(version < 1044 ? { VirtualSize: image.size } : {}),
    GraphDriver: { Name: "overlayfs", Data: null },
    RootFS: { Type: "layers", Layers: config.rootfs.diff_ids },
    Metadata: { LastTagTime: "0001-01-01T00:00:00Z" },
    ...(version < 1048 ? {} : { Descriptor: image.manifest }),
  };
}
