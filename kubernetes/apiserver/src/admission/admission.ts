import type { ResourceInfo } from "@skiff/api";
import type { ExpectedKind } from "@skiff/api/server";
import type { Call, User } from "../call.ts";
import type { ApiObject, Draft } from "../state/api-object.ts";

/** What a request wants done, in the words of admission: a patch is an UPDATE, opening a stream a CONNECT. */
export type Operation = "CREATE" | "UPDATE" | "DELETE" | "CONNECT";

/** What a request is about, as far as its path and method say. */
export interface AdmissionTarget {
  readonly operation: Operation;
  readonly info: ResourceInfo;
  readonly subresource: string;
}

/** A request that asks to be admitted. */
export interface AdmissionRequest extends AdmissionTarget {
  /** The kind of `object`: the resource's own, or the one of its subresource, such as Scale or PodExecOptions. */
  readonly kind: ExpectedKind;
  /** The namespace of the path; of a Namespace its own name. */
  readonly namespace: string;
  /** "" when the name is still to be generated, and of a collection. */
  readonly name: string;
  readonly user: User;
  /** The object to be written, changed in place by plugins that mutate; of CONNECT its options. Undefined on DELETE. */
  readonly object: Draft | undefined;
  readonly old: ApiObject | undefined;
  /** CreateOptions, UpdateOptions or DeleteOptions (meta.k8s.io/v1) as the client gave them; undefined of CONNECT. */
  readonly options: () => object | undefined;
  readonly dryRun: boolean;
  readonly warnings: string[];
  readonly reinvocation: Reinvocation;
  /** The call the request came with: its signal, and where its audit annotations go (`annotate`). */
  readonly call: Call;
}

/** Adds an annotation, `<plugin>/<what>`, to the audit event of the request. */
export function annotate({ call }: Pick<AdmissionRequest, "call">, key: string, value: string): void {
  call.auditAnnotations ??= new Map();
  call.auditAnnotations.set(key, value);
}

/** Whether the mutating plugins run once more because a later one changed what earlier ones have seen. */
export interface Reinvocation {
  /** Set by a plugin that changed the object after others had seen it. */
  wanted: boolean;
  /** True in the second run. */
  again: boolean;
  /** What a plugin wants to know of the first run in the second, by its name. */
  readonly notes: Map<string, unknown>;
}

/**
 * One admission plugin. `mutate` runs before the object is validated, `validate` after; both throw StatusError to refuse.
 * Called concurrently, once per attempt: a write that meets a conflict is admitted again with the newer `old`. A plugin
 * that has nothing to wait for returns no promise: it then costs the request no turn of the event loop.
 */
export interface AdmissionPlugin {
  readonly name: string;
  /** Whether the plugin has to see such requests; all when missing. Asked once per target, so it may look at nothing else. */
  concerns?(target: AdmissionTarget): boolean;
  mutate?(request: AdmissionRequest): Promise<void> | void;
  validate?(request: AdmissionRequest): Promise<void> | void;
}

/** All plugins as one. What returns no promise is done. */
export type Admission = Required<Pick<AdmissionPlugin, "mutate" | "validate">>;

/** For what has been admitted as something else: a scale for the object behind it, an eviction for the deletion it leads to. */
export const ADMITTED: Admission = { mutate: () => {}, validate: () => {} };

/** Both phases one after the other, for requests whose object nothing is done to in between. */
export async function admit(admission: Admission, request: AdmissionRequest): Promise<void> {
  const mutating = admission.mutate(request);
  if (mutating) await mutating;
  const validating = admission.validate(request);
  if (validating) await validating;
}

/** The plugins in order; the mutating ones run a second time when one of them asks for it. */
export function admissionOf(plugins: readonly AdmissionPlugin[]): Admission {
  const concerned = rememberConcerned(plugins);
  return {
    mutate(request) {
      const { mutating } = concerned(request);
      const waiting = runFrom(0, mutating, "mutate", request);
      const { reinvocation } = request;
      const second = (): Promise<void> | void => {
        if (!reinvocation.wanted) return;
        reinvocation.again = true;
        return runFrom(0, mutating, "mutate", request);
      };
      return waiting ? waiting.then(second) : second();
    },
    validate: (request) => runFrom(0, concerned(request).validating, "validate", request),
  };
}

function runFrom(
  first: number,
  plugins: readonly AdmissionPlugin[],
  phase: "mutate" | "validate",
  request: AdmissionRequest,
): Promise<void> | void {
  for (let i = first; i < plugins.length; i++) {
    const waiting = plugins[i]?.[phase]?.(request);
    if (waiting) return waiting.then(() => runFrom(i + 1, plugins, phase, request));
  }
}

interface Concerned {
  readonly mutating: readonly AdmissionPlugin[];
  readonly validating: readonly AdmissionPlugin[];
}

function rememberConcerned(plugins: readonly AdmissionPlugin[]): (target: AdmissionTarget) => Concerned {
  const known = new WeakMap<ResourceInfo, Map<string, Concerned>>();
  return (target) => {
    let ofResource = known.get(target.info);
    if (!ofResource) {
      ofResource = new Map();
      known.set(target.info, ofResource);
    }
    const key = `${target.operation} ${target.subresource}`;
    let concerned = ofResource.get(key);
    if (!concerned) {
      const all = plugins.filter((plugin) => plugin.concerns?.(target) ?? true);
      concerned = {
        mutating: all.filter((plugin) => plugin.mutate),
        validating: all.filter((plugin) => plugin.validate),
      };
      ofResource.set(key, concerned);
    }
    return concerned;
  };
}
