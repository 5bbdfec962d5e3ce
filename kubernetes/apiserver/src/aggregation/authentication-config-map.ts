/** ConfigMap kube-system/extension-apiserver-authentication: how servers behind APIServices know who asks. */
import { isAlreadyExists, isConflict, isNotFound, type Transport } from "@skiff/api";
import { configMaps } from "@skiff/api/resources";
import type { FrontProxy } from "./backend.ts";

/** Its key among the ConfigMaps. */
export const AUTHENTICATION_KEY = "kube-system/extension-apiserver-authentication";

const AT = { resource: configMaps, namespace: "kube-system", name: "extension-apiserver-authentication" };

/** Writes the authorities of client certificates and of the front proxy where extension servers read them. Safe to repeat. */
export async function keepAuthenticationConfigMap(
  transport: Transport,
  clientCa: string | undefined,
  frontProxy: FrontProxy | undefined,
): Promise<void> {
  const data = {
    ...(clientCa && { "client-ca-file": clientCa }),
    ...(frontProxy && {
      "requestheader-allowed-names": JSON.stringify([FRONT_PROXY_NAME]),
      "requestheader-client-ca-file": frontProxy.ca,
      "requestheader-extra-headers-prefix": JSON.stringify(["X-Remote-Extra-"]),
      "requestheader-group-headers": JSON.stringify(["X-Remote-Group"]),
      "requestheader-uid-headers": JSON.stringify(["X-Remote-Uid"]),
      "requestheader-username-headers": JSON.stringify(["X-Remote-User"]),
    }),
  };
  try {
    const present = (await transport.call({ verb: "get", ...AT })) as {
      readonly data?: Readonly<Record<string, string>>;
    };
    if (Object.entries(data).every(([key, value]) => present.data?.[key] === value)) return;
    await transport.call({ verb: "patch", ...AT, patchType: "merge", body: { data } });
  } catch (error) {
    if (isConflict(error)) return; // another server writes it at this moment
    if (!isNotFound(error)) throw error;
    const body = { metadata: { name: AT.name }, data };
    await transport.call({ verb: "create", resource: AT.resource, namespace: AT.namespace, body }).catch((raced) => {
      if (!isAlreadyExists(raced)) throw raced;
    });
  }
}

/** The common name of the front proxy's certificate. */
export const FRONT_PROXY_NAME = "front-proxy-client";
