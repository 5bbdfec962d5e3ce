/** One entry of the audit record (audit.k8s.io/v1, Event). */
import type { Status } from "@skiff/api/meta/v1";
import type { Call, User } from "../call.ts";
import type { AuditLevel, AuditStage } from "./audit-policy.ts";

/** As it is written down. */
export interface AuditEvent {
  readonly kind: "Event";
  readonly apiVersion: "audit.k8s.io/v1";
  readonly level: AuditLevel;
  readonly auditID: string;
  readonly stage: AuditStage;
  readonly requestURI: string;
  readonly verb: string;
  readonly user: object;
  readonly impersonatedUser?: object | undefined;
  readonly sourceIPs?: readonly string[] | undefined;
  readonly userAgent?: string | undefined;
  readonly objectRef?: object | undefined;
  readonly responseStatus?: object | undefined;
  readonly requestObject?: unknown;
  readonly responseObject?: unknown;
  readonly requestReceivedTimestamp: string;
  readonly stageTimestamp: string;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/** What of an event is the same in all its stages. */
export type EventHead = Omit<AuditEvent, "stage" | "stageTimestamp">;

const LONGEST_AGENT = 1024;

/** The part of the events of a call that its head says. Headers other than the user agent are not recorded: they hold credentials. */
export function eventHead(call: Call, level: AuditLevel, auditID: string, received: number): EventHead {
  const { incoming, info } = call;
  const agent = incoming.header("user-agent")?.slice(0, LONGEST_AGENT);
  const addresses = sourceAddresses(call);
  return {
    kind: "Event",
    apiVersion: "audit.k8s.io/v1",
    level,
    auditID,
    requestURI: incoming.url,
    verb: info.verb,
    user: userInfo(call.user),
    ...(addresses.length > 0 && { sourceIPs: addresses }),
    ...(agent && { userAgent: agent }),
    ...(info.isResource && { objectRef: objectRef(call) }),
    requestReceivedTimestamp: microTime(received),
  };
}

function objectRef({ info }: Call): object {
  const { plural, namespace, name, group, version, subresource } = info;
  return {
    resource: plural,
    ...(namespace && { namespace }),
    ...(name && { name }),
    ...(group && { apiGroup: group }),
    apiVersion: version,
    ...(subresource && { subresource }),
  };
}

/** A user as events name one. */
export function userInfo({ name, uid, groups, extra }: User): object {
  return { username: name, ...(uid && { uid }), groups, ...(extra && { extra }) };
}

// What proxies before us say comes first, whom we spoke to last.
function sourceAddresses({ incoming }: Call): string[] {
  const forwarded = (incoming.header("x-forwarded-for") ?? "").split(",").map((address) => address.trim());
  const remote = incoming.remoteAddress.replace(/^::ffff:/, "");
  return [...new Set([...forwarded, remote])].filter((address) => address !== "").slice(-16);
}

/** The status of an answer, as events show it: of a failure its reason and message too. */
export function responseStatus(code: number, failure?: Status): object {
  if (!failure) return { metadata: {}, code };
  const { status, message, reason, details } = failure;
  return { metadata: {}, status, message, reason, ...(details && { details }), code };
}

/** A time with microseconds, as events carry it. */
export function microTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace("Z", "000Z");
}
