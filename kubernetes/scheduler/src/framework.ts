import type { Node, Pod } from "@skiff/api/core/v1";
import type { NodeInfo } from "./node-info.ts";
import type { NamespaceLabels, PodInfo } from "./pod-info.ts";

/** A plugin's answer for one Pod, or for one Pod on one node. A value, never an exception: throwing means a broken scheduler. */
export type Verdict = { readonly fit: true } | Rejection;

/** A no, with its reasons for the user. */
export interface Rejection {
  readonly fit: false;
  readonly reasons: readonly string[];
  /** Removing other Pods might change the answer, so preemption may try. */
  readonly curable: boolean;
}

export const fits: Verdict = { fit: true };

/** Does not fit, and would not if other Pods left. */
export function neverFits(...reasons: string[]): Rejection {
  return { fit: false, reasons, curable: false };
}

/** Does not fit as long as the Pods that are there stay. */
export function noRoom(...reasons: string[]): Rejection {
  return { fit: false, reasons, curable: true };
}

/**
 * The cluster as one scheduling cycle sees it. A cycle runs without giving way, so nothing changes under it and nothing has
 * to be copied: this is a view of the cache.
 */
export interface Snapshot {
  readonly nodes: readonly NodeInfo[];
  node(name: string): NodeInfo | undefined;
  readonly namespaceLabels: NamespaceLabels;
}

/** A change in the cluster that may let a waiting Pod run. */
export type ClusterEvent =
  | { readonly on: "Node/add"; readonly node: Node }
  | { readonly on: "Node/update"; readonly node: Node; readonly old: Node }
  | { readonly on: "Pod/add"; readonly pod: PodInfo }
  | { readonly on: "Pod/update"; readonly pod: PodInfo; readonly old: PodInfo }
  | { readonly on: "Pod/delete"; readonly pod: PodInfo }
  | { readonly on: "Namespace/update"; readonly name: string };

/** `Pod/…` means Pods that have a node. A change of the waiting Pod itself always wakes it. */
export type EventName = ClusterEvent["on"];

/** What every plugin says of itself. A stateless plugin is a constant, one with settings a factory. */
export interface Plugin {
  readonly name: string;
  /** The changes that could turn this plugin's no into a yes. The queue wakes a Pod for nothing else. */
  readonly wakesOn: readonly EventName[];
  /** Narrows `wakesOn`: whether this very change could help `pod`. Absent: each could. Must not miss one. */
  wakes?(pod: PodInfo, event: ClusterEvent): boolean;
}

/** Orders the queue: negative when `a` goes first. One per profile. */
export interface QueueSortPlugin extends Plugin {
  before(a: Queued, b: Queued): number;
}

/** A Pod in the queue, and since when. */
export interface Queued {
  readonly info: PodInfo;
  /** Milliseconds: when it entered the queue this time. */
  readonly since: number;
}

/** Keeps a Pod out of the queue altogether; asked when the Pod appears and when it changes. */
export interface PreEnqueuePlugin extends Plugin {
  preEnqueue(pod: PodInfo): Verdict;
}

/** Says where a Pod can run: PreFilter and Filter. */
export interface FilterPlugin extends Plugin {
  /**
   * Called once per Pod and cycle, with what all nodes have in common worked out there. Answers the filter for the nodes,
   * undefined when the plugin has nothing to say on this Pod, or a no for all nodes.
   */
  preFilter(pod: PodInfo, snapshot: Snapshot): NodeFilter | Rejection | undefined;
}

export interface NodeFilter {
  /** Only these nodes come into question; absent: all. */
  readonly only?: ReadonlySet<string>;
  /** Called for each node; `node` may be a copy with Pods added or taken away. */
  filter(node: NodeInfo): Verdict;
}

/** Says where a Pod runs best: PreScore, Score and its normalization. Scores are 0 to 100 in the end. */
export interface ScorePlugin extends Plugin {
  /** Called once per Pod and cycle with the nodes that fit. Undefined: the plugin has no preference. */
  preScore(pod: PodInfo, nodes: readonly NodeInfo[], snapshot: Snapshot): NodeScore | undefined;
}

export interface NodeScore {
  score(node: NodeInfo): number;
  /** Brings raw scores to 0 to 100. Absent: they are. */
  normalize?(scores: readonly number[]): readonly number[];
}

/** Tries to make room for a Pod that fits nowhere. The first plugin that nominates a node ends the search. */
export interface PostFilterPlugin extends Plugin {
  postFilter(pod: PodInfo, rejected: ReadonlyMap<string, Rejection>, cycle: Cycle): PostFilterResult;
}

export interface PostFilterResult {
  /** Where the Pod will fit once `victims` are gone. */
  readonly nominated?: { readonly node: string; readonly victims: readonly PodInfo[] };
  /** Appended to the reason the user sees. */
  readonly message: string;
}

/** What a PostFilter plugin can ask of the cycle it runs in. */
export interface Cycle {
  readonly snapshot: Snapshot;
  /** Whether the Pod would fit on `node` as it is given: a copy with some Pods gone. */
  fitsOn(node: NodeInfo): boolean;
}

/** Sets something aside for a Pod as soon as its node is chosen; `unreserve` gives it back when the Pod does not get there. */
export interface ReservePlugin extends Plugin {
  reserve(pod: PodInfo, node: NodeInfo): Verdict;
  unreserve(pod: PodInfo, nodeName: string): void;
}

/** Holds a Pod back, or lets it go, before it is bound. Rejecting sends the Pod back to the queue. */
export interface PermitPlugin extends Plugin {
  permit(pod: PodInfo, nodeName: string, signal: AbortSignal): Promise<Verdict>;
}

/** Does what has to be done before a Pod is bound. Throwing sends the Pod back to the queue. */
export interface PreBindPlugin extends Plugin {
  preBind(pod: PodInfo, nodeName: string, signal: AbortSignal): Promise<void>;
}

/** Binds a Pod; answers false to leave it to the next. Throwing sends the Pod back to the queue. */
export interface BindPlugin extends Plugin {
  bind(pod: Pod, nodeName: string, signal: AbortSignal): Promise<boolean>;
}

/** Is told of a Pod that was bound. */
export interface PostBindPlugin extends Plugin {
  postBind(pod: Pod, nodeName: string): void;
}

/** Which plugins run at which point, in this order. */
export interface Profile {
  readonly queueSort: QueueSortPlugin;
  readonly preEnqueue: readonly PreEnqueuePlugin[];
  readonly filter: readonly FilterPlugin[];
  readonly postFilter: readonly PostFilterPlugin[];
  readonly score: readonly { readonly plugin: ScorePlugin; readonly weight: number }[];
  readonly reserve: readonly ReservePlugin[];
  readonly permit: readonly PermitPlugin[];
  readonly preBind: readonly PreBindPlugin[];
  readonly bind: readonly BindPlugin[];
  readonly postBind: readonly PostBindPlugin[];
}
