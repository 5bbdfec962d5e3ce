/** The webhooks that are registered, in the order they are called. */
import type { ResourceInfo } from "@skiff/api";
import type {
  MutatingWebhook,
  MutatingWebhookConfiguration,
  ValidatingWebhook,
  ValidatingWebhookConfiguration,
} from "@skiff/api/admissionregistration/v1";
import type { Caches } from "../../state/caches.ts";

/** Any of the two kinds of webhook. */
export type Webhook = MutatingWebhook | ValidatingWebhook;

/** One webhook of one configuration. */
export interface RegisteredWebhook<W extends Webhook = Webhook> {
  /** Tells it from all others. */
  readonly id: string;
  readonly configuration: string;
  readonly webhook: W;
}

type WebhookOf<C extends MutatingWebhookConfiguration | ValidatingWebhookConfiguration> = NonNullable<
  C["webhooks"]
>[number];

/** A function that answers the webhooks of all configurations, by name of the configuration, and costs nothing while they stay the same. */
export function registrations<C extends MutatingWebhookConfiguration | ValidatingWebhookConfiguration>(
  caches: Pick<Caches, "of">,
  resource: ResourceInfo & { readonly _type?: C },
): () => readonly RegisteredWebhook<WebhookOf<C>>[] {
  const cache = caches.of(resource);
  let known: readonly RegisteredWebhook<WebhookOf<C>>[] = [];
  let at = -1;
  return () => {
    if (at === cache.lastChange) return known;
    at = cache.lastChange;
    known = Array.from(cache.entries.under("")).flatMap(({ object }) => {
      const { metadata, webhooks = [] } = object as unknown as C;
      return webhooks.map((webhook, index) => ({
        id: `${metadata.name}/${webhook.name}/${index}`,
        configuration: metadata.name,
        webhook: webhook as WebhookOf<C>,
      }));
    });
    return known;
  };
}
