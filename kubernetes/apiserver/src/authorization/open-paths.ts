import { type Authorizer, NO_OPINION } from "./authorizer.ts";

const OPEN = /^\/(healthz|livez|readyz|version)(\/|$)/;

/** Health and version answer everyone: load balancers and probes have no credentials. */
export const openPaths: Authorizer = {
  authorize: (_user, { isResource, verb, path }) =>
    !isResource && (verb === "get" || verb === "head") && OPEN.test(path) ? { allowed: true, reason: "" } : NO_OPINION,
};
