/** Conversion of custom resources between versions by a webhook (apiextensions.k8s.io ConversionReview). */
import { apiVersionOf, StatusError } from "@skiff/api";
import type { CustomResourceConversion } from "@skiff/api/apiextensions/v1";
import { type WebhookClient, WebhookFailure } from "../outbound/webhook-client.ts";
import type { ApiObject, Draft } from "../state/api-object.ts";

/** How long a webhook may take. */
const TIMEOUT_MS = 30_000;
const REVIEWS = ["v1", "v1beta1"];

/** Brings objects of one kind to another version. */
export type ConvertObjects = (objects: readonly ApiObject[], version: string) => Promise<ApiObject[]>;

/** What a webhook is asked about. */
export interface ConvertedKind {
  readonly group: string;
  readonly kind: string;
}

/** Conversion by the webhook of a definition. What it may not change is put back; where it fails, so does the request. */
export function webhookConversion(
  { group, kind }: ConvertedKind,
  { webhook }: CustomResourceConversion,
  webhooks: Pick<WebhookClient, "post">,
): ConvertObjects {
  return async (objects, version) => {
    const wanted = apiVersionOf({ group, version });
    const [first] = objects;
    if (!first) return [];
    const from = (first.apiVersion ?? "").split("/").at(-1);
    const failed = (why: string) => failure(`conversion webhook for ${group}/${from}, Kind=${kind} failed: ${why}`);
    const review = (webhook?.conversionReviewVersions ?? []).find((name) => REVIEWS.includes(name));
    if (!webhook?.clientConfig || !review) throw failed("no webhook is configured");
    const uid = crypto.randomUUID();
    const body = {
      kind: "ConversionReview",
      apiVersion: `apiextensions.k8s.io/${review}`,
      request: { uid, desiredAPIVersion: wanted, objects },
    };
    let answer: unknown;
    try {
      answer = await webhooks.post(webhook.clientConfig, body, { timeoutMs: TIMEOUT_MS });
    } catch (error) {
      if (error instanceof WebhookFailure) throw failed(error.message);
      throw error;
    }
    return readAnswer(answer, uid, objects, wanted, failed);
  };
}

function failure(message: string): StatusError {
  return new StatusError({ kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, code: 500 });
}

interface Answer {
  readonly response?: {
    readonly uid?: string;
    readonly result?: { readonly status?: string; readonly message?: string };
    readonly convertedObjects?: readonly unknown[];
  };
}

function readAnswer(
  answer: unknown,
  uid: string,
  objects: readonly ApiObject[],
  wanted: string,
  failed: (why: string) => StatusError,
): ApiObject[] {
  const { response } = (answer ?? {}) as Answer;
  if (!response) throw failed("unexpected response: no response");
  if (response.uid !== uid) throw failed(`expected response.uid="${uid}", got "${response.uid ?? ""}"`);
  const { status, message } = response.result ?? {};
  if (status !== "Success") throw failed(message || `unexpected result status "${status ?? ""}"`);
  const converted = response.convertedObjects ?? [];
  if (converted.length !== objects.length) {
    throw failed(`returned ${converted.length} objects, expected ${objects.length}`);
  }
  return objects.map((object, index) => checked(object, converted[index], wanted, index, failed));
}

function checked(
  original: ApiObject,
  value: unknown,
  wanted: string,
  index: number,
  failed: (why: string) => StatusError,
): ApiObject {
  const object = value as Draft | null;
  if (typeof object !== "object" || object === null) throw failed(`invalid object at index ${index}`);
  if (object.apiVersion !== wanted) {
    throw failed(
      `returned invalid object at index ${index}: invalid groupVersion (expected ${wanted}, received ${object.apiVersion})`,
    );
  }
  if (object.kind !== original.kind) {
    throw failed(
      `returned invalid object at index ${index}: invalid kind (expected ${original.kind}, received ${object.kind})`,
    );
  }
  const { metadata } = object;
  if (!metadata)
    throw failed(`returned invalid metadata in object at index ${index}: missing metadata in converted object`);
  for (const name of ["name", "namespace", "uid"] as const) {
    if (metadata[name] === original.metadata[name]) continue;
    throw failed(`returned invalid metadata in object at index ${index}: metadata.${name} must not be changed`);
  }
  // Labels and annotations are the webhook's to change, and nothing else of the metadata.
  const { labels, annotations } = metadata;
  const kept = { ...original.metadata, labels, annotations };
  return { ...object, metadata: kept } as ApiObject;
}
