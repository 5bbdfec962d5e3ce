import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { StatusError } from "@skiff/api";
import type { Audit } from "../audit/audit.ts";
import { mayRecordBodies, requestObject, responseObject } from "../audit/audit-bodies.ts";
import { type AuditEvent, eventHead, microTime, responseStatus, userInfo } from "../audit/audit-event.ts";
import type { AuditDecision, AuditStage } from "../audit/audit-policy.ts";
import type { Call, Filter, Handler } from "../call.ts";
import type { Reply } from "../reply.ts";
import type { Server } from "../server-parts.ts";

/** Keeps the record of what users ask for and are answered, as the policy says. Without a policy it is not there at all. */
export function audit({ audit: record, clock }: Pick<Server, "audit" | "clock">): Filter {
  if (!record) return (next) => next;
  return (next) => (call) => {
    const decision = record.policy(call.user, call.info);
    return decision.level === "None" ? next(call) : recorded(next, call, { ...bounded(call, decision), record, clock });
  };
}

/** Records requests that were refused because nobody knows who makes them. Stands outside of authentication. */
export function auditUnauthenticated({ audit: record, clock }: Pick<Server, "audit" | "clock">): Filter {
  if (!record) return (next) => next;
  return (next) => async (call) => {
    try {
      return await next(call);
    } catch (error) {
      if (error instanceof StatusError && error.code === 401) {
        const decision = record.policy({ name: "", groups: [] }, call.info);
        if (decision.level !== "None" && !decision.omitStages.has("ResponseStarted")) {
          const now = clock.now();
          const head = eventHead(call, "Metadata", auditId(call), now);
          const { status, reason } = error.status;
          const failure = { metadata: {}, status, reason, message: "Authentication failed", code: 401 };
          record.write({
            ...head,
            user: {},
            stage: "ResponseStarted",
            stageTimestamp: microTime(now),
            responseStatus: failure,
          });
        }
      }
      throw error;
    }
  };
}

interface Recording extends AuditDecision {
  readonly record: Audit;
  readonly clock: { now(): number };
}

async function recorded(next: Handler, call: Call, recording: Recording): Promise<Reply> {
  const { record, clock, level, omitStages, omitManagedFields } = recording;
  const annotations = new Map<string, string>();
  call.auditAnnotations = annotations;
  const head = eventHead(call, level, auditId(call), clock.now());
  call.responseHeaders = { ...call.responseHeaders, "audit-id": head.auditID };
  const write = (stage: AuditStage, more: Partial<AuditEvent>) => {
    if (omitStages.has(stage)) return;
    const { impersonator } = call;
    record.write({
      ...head,
      ...(impersonator && { impersonatedUser: userInfo(call.user) }),
      ...more,
      stage,
      stageTimestamp: microTime(clock.now()),
      ...(annotations.size > 0 && { annotations: Object.fromEntries(annotations) }),
    });
  };
  write("RequestReceived", {});
  const bodies = async (reply?: Reply): Promise<Partial<AuditEvent>> => {
    if (level === "Metadata") return {};
    const asked = await requestObject(call, omitManagedFields);
    const answered = level === "RequestResponse" && reply ? responseObject(reply, omitManagedFields) : undefined;
    return {
      ...(asked !== undefined && { requestObject: asked }),
      ...(answered !== undefined && { responseObject: answered }),
    };
  };
  let reply: Reply;
  try {
    reply = await next(call);
  } catch (error) {
    if (error instanceof StatusError) {
      // A request refused for who makes it, or for lack of room, was not read.
      const read =
        error.code === 401 || error.code === 403 || error.code === 413 || error.code === 429 ? {} : await bodies();
      const answered = level === "RequestResponse" ? { responseObject: error.status } : {};
      write("ResponseComplete", { responseStatus: responseStatus(error.code, error.status), ...read, ...answered });
    } else write("Panic", { responseStatus: responseStatus(500) });
    throw error;
  }
  const code = "code" in reply ? reply.code : reply.type === "tunnel" ? 101 : 200;
  const status = { responseStatus: responseStatus(code) };
  const complete = () => write("ResponseComplete", status);
  if (reply.type === "watch") {
    write("ResponseStarted", status);
    return { ...reply, groups: endingWith(reply.groups, complete) };
  }
  if (reply.type === "tunnel") {
    write("ResponseStarted", status);
    return {
      type: "tunnel",
      run(socket, rest) {
        socket.once("close", complete);
        reply.run(socket, rest);
      },
    };
  }
  if (reply.type === "raw" && reply.body instanceof Readable) {
    write("ResponseStarted", status);
    reply.body.once("close", complete);
    return reply;
  }
  write("ResponseComplete", { ...status, ...(await bodies(reply)) });
  return reply;
}

// The bodies of some resources are credentials: the policy decides less about those.
function bounded(call: Call, decision: AuditDecision): AuditDecision {
  return mayRecordBodies(call) ? decision : { ...decision, level: "Metadata" };
}

async function* endingWith<T>(groups: AsyncIterable<T>, ended: () => void): AsyncIterableIterator<T> {
  try {
    yield* groups;
  } finally {
    ended();
  }
}

const LONGEST_ID = 64;

/** The client's own identifier of the request, where it gives a sensible one, so that its logs and ours can be laid side by side. */
function auditId({ incoming }: Call): string {
  const given = incoming.header("audit-id");
  return given !== undefined && given.length <= LONGEST_ID && /^[\w.-]+$/.test(given) ? given : randomUUID();
}
