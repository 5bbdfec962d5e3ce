/** The audit record of a server: a policy, and where events go. */
import { readFileSync } from "node:fs";
import type { Log } from "../server-options.ts";
import { type AuditPolicy, parseAuditPolicy } from "./audit-policy.ts";
import type { AuditSink } from "./audit-sink.ts";
import { type AuditFileOptions, fileSink } from "./file-sink.ts";
import { type AuditWebhookOptions, webhookSink } from "./webhook-sink.ts";

/** What is recorded, and where. */
export interface AuditOptions {
  /** Path of a Policy (audit.k8s.io/v1). */
  readonly policyFile: string;
  readonly file?: AuditFileOptions | undefined;
  readonly webhook?: AuditWebhookOptions | undefined;
}

/** A record that is kept. */
export interface Audit extends AsyncDisposable {
  readonly policy: AuditPolicy;
  readonly write: AuditSink["write"];
}

/** Opens the record. Throws when the policy cannot be read or a sink cannot be opened. */
export function openAudit(options: AuditOptions, clock: { now(): number }, log: Log): Audit {
  const { policyFile, file, webhook } = options;
  const policy = parseAuditPolicy(readFileSync(policyFile, "utf8"), policyFile);
  const sinks: AuditSink[] = [
    ...(file ? [fileSink(file, clock, log)] : []),
    ...(webhook ? [webhookSink(webhook, log)] : []),
  ];
  return {
    policy,
    write(event) {
      for (const sink of sinks) sink.write(event);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(sinks.map((sink) => sink[Symbol.asyncDispose]()));
    },
  };
}
