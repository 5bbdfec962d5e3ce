import { configMaps } from "@skiff/api/resources";
import { REQUEST_HEADERS } from "../authentication/request-header.ts";
import type { ApiServerOptions } from "../server-options.ts";
import type { WantedObject } from "./bootstrap-objects.ts";

/** Tells servers that extend the API, in kube-system, by which authorities to know users, and requests this server passes on. */
export function authenticationConfigMap({ tls, authentication }: ApiServerOptions): WantedObject {
  const proxy = authentication?.requestHeader;
  const names = (list: readonly string[] | undefined, fallback: readonly string[] = []) =>
    JSON.stringify(list ?? fallback);
  return {
    info: configMaps,
    reconcile: true,
    object: {
      metadata: { name: "extension-apiserver-authentication", namespace: "kube-system" },
      data: {
        ...(tls && { "client-ca-file": tls.clientCa }),
        ...(proxy && {
          "requestheader-client-ca-file": proxy.clientCa,
          "requestheader-allowed-names": names(proxy.allowedNames),
          "requestheader-username-headers": names(proxy.usernameHeaders, REQUEST_HEADERS.usernameHeaders),
          "requestheader-uid-headers": names(proxy.uidHeaders, REQUEST_HEADERS.uidHeaders),
          "requestheader-group-headers": names(proxy.groupHeaders, REQUEST_HEADERS.groupHeaders),
          "requestheader-extra-headers-prefix": names(proxy.extraHeaderPrefixes, REQUEST_HEADERS.extraHeaderPrefixes),
        }),
      },
    },
  };
}
