/** The other versions in which the objects of a resource exist. */
import type { ResourceInfo } from "@skiff/api";
import { fromStoredObject, storedVersion, toStored } from "../../objects/versions.ts";
import { type ApiObject, type Draft, draftOf } from "../../state/api-object.ts";
import type { Caches } from "../../state/caches.ts";
import type { ServedResources } from "../../state/served-resources.ts";

/** The resources, beside `info`, that show the same objects and have the subresource (unless it is ""). */
export function equivalentResources(
  info: ResourceInfo,
  subresource: string,
  served: Pick<ServedResources, "all">,
): readonly ResourceInfo[] {
  return served.all().filter((other) => {
    if (other === info || !sameObjects(info, other)) return false;
    return subresource === "" || other.subresources.some(({ name }) => name === subresource);
  });
}

function sameObjects(one: ResourceInfo, other: ResourceInfo): boolean {
  if (one.group === other.group) return one.plural === other.plural;
  return storedVersion(one) === storedVersion(other);
}

/** `object`, of the one resource, as the other shows it; a copy. Throws StatusError when a conversion webhook fails. */
export async function convertObject(
  object: object,
  from: ResourceInfo,
  to: ResourceInfo,
  caches: Pick<Caches, "of">,
): Promise<ApiObject> {
  if (!from.objectType) return fromStoredObject(to, toStored(from, draftOf(object) as Draft));
  const given = object as ApiObject;
  const [source, target] = [caches.of(from).codec, caches.of(to).codec];
  const inStorage = (await source.toStorage?.(given)) ?? given;
  const converted = {
    stored: source.encode(inStorage) as Uint8Array,
    replaceStored(bytes: Uint8Array) {
      converted.stored = bytes;
    },
  };
  await target.convert?.([converted]);
  const { metadata, ...rest } = target.decode(converted.stored, 0);
  return { ...rest, metadata: { ...metadata, resourceVersion: given.metadata.resourceVersion } };
}
