import { Counter, Histogram, type Registry } from "prom-client";

/** A webhook that was asked. */
export interface WebhookCall {
  readonly name: string;
  readonly type: "admit" | "validating";
  readonly operation: string;
}

/** What is counted of admission webhooks. */
export interface WebhookMetrics {
  /** Somebody was asked, and allowed, denied or failed it. */
  webhookAsked(call: WebhookCall, outcome: "allowed" | "denied" | "failed", milliseconds: number): void;
  /** A failure was passed over, as the webhook's policy says. */
  webhookPassedOver(call: WebhookCall): void;
}

const SECONDS = [0.005, 0.025, 0.1, 0.5, 1, 2.5, 10, 25];

/** The metrics of webhooks, in the server's registry. */
export function createWebhookMetrics(registry: Registry): WebhookMetrics {
  const registers = [registry];
  const duration = new Histogram({
    name: "apiserver_admission_webhook_admission_duration_seconds",
    help: "Time an admission webhook took.",
    labelNames: ["name", "type", "operation", "rejected"] as const,
    buckets: SECONDS,
    registers,
  });
  const rejections = new Counter({
    name: "apiserver_admission_webhook_rejection_count",
    help: "Requests an admission webhook denied, or kept from being written by failing.",
    labelNames: ["name", "type", "operation", "error_type"] as const,
    registers,
  });
  const passedOver = new Counter({
    name: "apiserver_admission_webhook_fail_open_count",
    help: "Failures of admission webhooks that their policy passes over.",
    labelNames: ["name", "type"] as const,
    registers,
  });
  return {
    webhookAsked({ name, type, operation }, outcome, milliseconds) {
      duration.observe({ name, type, operation, rejected: String(outcome !== "allowed") }, milliseconds / 1000);
      if (outcome === "allowed") return;
      const error_type = outcome === "denied" ? "no_error" : "calling_webhook_error";
      rejections.inc({ name, type, operation, error_type });
    },
    webhookPassedOver: ({ name, type }) => passedOver.inc({ name, type }),
  };
}
