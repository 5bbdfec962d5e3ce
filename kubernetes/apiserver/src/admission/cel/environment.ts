/** What expressions of webhooks and policies may mention. */
import {
  BOOL,
  type CelEnv,
  type CelType,
  createEnv,
  DYN,
  INT,
  listOf,
  mapOf,
  type Overload,
  objectType,
  STRING,
  TIMESTAMP,
} from "@skiff/api/cel";
import { AUTHORIZER, authorizerLibrary, RESOURCE_CHECK } from "./authorizer-library.ts";

/** What an environment has beside the object, the old one, the request and its namespace. */
export interface AdmissionEnvOptions {
  readonly params?: boolean;
  readonly authorizer?: boolean;
  /** The policy's own variables, by name. */
  readonly variables?: Readonly<Record<string, CelType>> | undefined;
  /** Types that may be constructed, by name. */
  readonly types?: (name: string) => CelType | undefined;
  readonly functions?: readonly Overload[];
  /** The types of `object` and `oldObject`, and of `params`, where they are known. */
  readonly objectType?: CelType;
  readonly paramsType?: CelType;
}

const KIND = objectType("kubernetes.GroupVersionKind", { group: STRING, version: STRING, kind: STRING });
const RESOURCE = objectType("kubernetes.GroupVersionResource", { group: STRING, version: STRING, resource: STRING });
const USER_INFO = objectType("kubernetes.UserInfo", {
  username: STRING,
  uid: STRING,
  groups: listOf(STRING),
  extra: mapOf(STRING, listOf(STRING)),
});
const REQUEST = objectType("kubernetes.AdmissionRequest", {
  kind: KIND,
  resource: RESOURCE,
  subResource: STRING,
  requestKind: KIND,
  requestResource: RESOURCE,
  requestSubResource: STRING,
  name: STRING,
  namespace: STRING,
  operation: STRING,
  userInfo: USER_INFO,
  dryRun: BOOL,
  options: DYN,
});
const NAMESPACE = objectType("kubernetes.Namespace", {
  metadata: objectType("kubernetes.NamespaceMetadata", {
    name: STRING,
    generateName: STRING,
    namespace: STRING,
    labels: mapOf(STRING, STRING),
    annotations: mapOf(STRING, STRING),
    UID: STRING,
    creationTimestamp: TIMESTAMP,
    deletionGracePeriodSeconds: INT,
    deletionTimestamp: TIMESTAMP,
    generation: INT,
    resourceVersion: STRING,
    finalizers: listOf(STRING),
  }),
  spec: objectType("kubernetes.NamespaceSpec", { finalizers: listOf(STRING) }),
  status: objectType("kubernetes.NamespaceStatus", { phase: STRING }),
});

/** The environment of one kind of expression. */
export function admissionEnv(o: AdmissionEnvOptions): CelEnv {
  const { params, authorizer, variables, types, functions = [], objectType: object = DYN } = o;
  return createEnv({
    variables: {
      object,
      oldObject: object,
      request: REQUEST,
      namespaceObject: NAMESPACE,
      ...(params && { params: o.paramsType ?? DYN }),
      ...(authorizer && { authorizer: AUTHORIZER, "authorizer.requestResource": RESOURCE_CHECK }),
      ...(variables && { variables: objectType("kubernetes.variables", variables) }),
    },
    ...(types && { types }),
    functions: [...authorizerLibrary, ...functions],
  });
}
