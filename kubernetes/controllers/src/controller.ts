import type { Logger } from "@skiff/api";
import type { Client, EventRecorder, InformerFactory, Reconciler } from "@skiff/client";
import type { CertificateSigner } from "./certificates/signer.ts";
import type { LegacyTokens } from "./service-account-token/service-account-token.ts";

/** What every controller is made from. Each takes the parts it uses. */
export interface ControllerDeps {
  readonly client: Client;
  readonly informers: InformerFactory;
  readonly log: Logger;
  readonly clock: { now(): number };
  /** Aborts when the controllers are to stop. */
  readonly signal: AbortSignal;
  /** Events said in the name of `component`. */
  readonly recorder: (component: string) => EventRecorder;
  /** The certificate authority pods trust the API server by, in PEM. */
  readonly rootCa: string;
  /** Issues certificates; requests for them are left alone when missing. */
  readonly certificates?: CertificateSigner | undefined;
  /** Issues tokens kept in Secrets; such Secrets are left alone when missing. */
  readonly legacyTokens?: LegacyTokens | undefined;
  /** Where node pod ranges are taken from, such as `10.244.0.0/16`. */
  readonly clusterCidr: string;
}

/** Makes a controller. Asks for informers; starts nothing. */
export type ControllerFactory = (deps: ControllerDeps) => Reconciler;
