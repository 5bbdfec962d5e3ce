/** What every request passes through, outermost first. */
import type { Filter, Handler } from "./call.ts";
import { audit, auditUnauthenticated } from "./filters/audit.ts";
import { authentication } from "./filters/authentication.ts";
import { authorization } from "./filters/authorization.ts";
import { errorFunnel } from "./filters/error-funnel.ts";
import { impersonation } from "./filters/impersonation.ts";
import { measure } from "./filters/measure.ts";
import { negotiation } from "./filters/negotiation.ts";
import { priorityAndFairness } from "./filters/priority-and-fairness.ts";
import type { Server } from "./server-parts.ts";

/** The filters in the order requests meet them. Each must not care what the filters above it are doing. */
export function filters(server: Server): readonly Filter[] {
  return [
    errorFunnel(server),
    measure(server),
    negotiation(),
    auditUnauthenticated(server),
    authentication(server),
    audit(server),
    impersonation(server),
    priorityAndFairness(server),
    authorization(server),
  ];
}

/** The filters around a handler. */
export function buildChain(server: Server, handler: Handler): Handler {
  return filters(server).reduceRight((next, filter) => filter(next), handler);
}
