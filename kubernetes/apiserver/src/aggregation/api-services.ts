/** The APIService objects, as the requests and the controllers of aggregation look at them. */
import type { APIService } from "@skiff/api/apiregistration/v1";
import { apiServices } from "@skiff/api/resources";
import type { Caches } from "../state/caches.ts";

/** A group version that another server answers. */
export interface RemoteApiService extends APIService {
  readonly spec: APIService["spec"] & { readonly service: NonNullable<APIService["spec"]["service"]> };
}

/** What is registered at this moment. Reading it costs the comparison of a number while nothing changes. */
export interface ApiServices {
  /** All, local and remote, by name. */
  all(): readonly APIService[];
  /** Those other servers answer, by `group/version`. */
  remotes(): ReadonlyMap<string, RemoteApiService>;
}

/** A view of the cache. */
export function viewApiServices(caches: Pick<Caches, "of">): ApiServices {
  const cache = caches.of(apiServices);
  let at = -1;
  let all: readonly APIService[] = [];
  let remotes: ReadonlyMap<string, RemoteApiService> = new Map();
  const read = () => {
    if (at === cache.lastChange) return;
    at = cache.lastChange;
    all = Array.from(cache.entries.under(""), ({ object }) => object as unknown as APIService);
    remotes = new Map(all.filter(isRemote).map((service) => [groupVersionOf(service), service]));
  };
  return {
    all() {
      read();
      return all;
    },
    remotes() {
      read();
      return remotes;
    },
  };
}

/** Whether another server answers this group version. */
export function isRemote(service: APIService): service is RemoteApiService {
  return service.spec.service !== undefined;
}

/** `group/version`. */
export function groupVersionOf({ spec }: APIService): string {
  return `${spec.group ?? ""}/${spec.version ?? ""}`;
}

/** Whether the server behind it was there when last looked at. */
export function isAvailable({ status }: APIService): boolean {
  return status?.conditions?.some(({ type, status }) => type === "Available" && status === "True") ?? false;
}
