/** Where a 1.36 server answers otherwise than the 1.20 server the recordings were made from, and why. */
import type { RecordedCase } from "./recorded-answers.ts";

/** What of an answer may differ: code, reason and causes; the message of the same refusal; fields of an object. */
export type Aspect = "refusal" | "message" | "object";

/** A reason to differ, and the recordings it explains. */
export interface Difference {
  readonly why: string;
  readonly aspect: Aspect;
  explains(one: RecordedCase): boolean;
  /** Of an object: the paths that may differ. */
  readonly paths?: RegExp;
}

function saying(aspect: Aspect, text: string | RegExp, why: string): Difference {
  return { why, aspect, explains: ({ message = "" }) => message.search(text) >= 0 };
}

function titled(aspect: Aspect, title: RegExp, why: string): Difference {
  return { why, aspect, explains: ({ when }) => title.test(when) };
}

function within(title: RegExp, paths: RegExp, why: string): Difference {
  return { why, aspect: "object", explains: ({ when }) => title.test(when), paths };
}

/** Every difference there is. */
export const differences: readonly Difference[] = [
  // Code, reason and causes.
  titled("refusal", /env=\[\{"name": "1 bad"\}\]/, "any printable name but '=' is taken since 1.32"),
  titled("refusal", /terminationMessagePolicy="X"/, "the reason is 'not supported' now"),
  titled("refusal", /hostAliases=/, "the path has the index now"),
  titled("refusal", /^service: update spec.clusterIP=""/, "clearing the older of the two address fields means both"),
  titled("refusal", /^pvc: update spec.storageClassName/, "a class may be given to an unbound claim later"),
  titled("refusal", /accessModes=\[\]/, "templates of claims are validated"),
  titled("refusal", /^daemonset: .*maxUnavailable/, "maxSurge exists and may be the one that is not 0"),
  titled("refusal", /ttlSecondsAfterFinished=-1/, "the field is no longer behind a gate"),
  titled("refusal", /^(namespace|job): metadata.name="a{50}/, "the name becomes a label, which is validated too"),
  titled("refusal", /metadata.generateName=/, "in the recording an object of that name was left over"),
  titled("refusal", /^crd: metadata.finalizers/, "in the recording the one before was still being deleted"),
  titled("refusal", /^statefulset: update spec.serviceName/, "in the recording a controller wrote in between"),

  titled(
    "refusal",
    /^configmap: patch 1 json-patch/,
    "in the recording an earlier patch had added what this one copies",
  ),

  // Messages.
  saying("message", /error found in #\d+ byte of/, "another JSON decoder, with errors of its own"),
  saying("message", / in scheme "k8s\.io/, "paths of source files are shorter since builds trim them"),
  saying("message", "name must not be empty", "shorter for names and uids of owners"),
  saying(
    "message",
    /[a-z]+\.[A-Z][A-Za-z]*\{|\[\]byte\{|\[\]string[{(]|map\[string\]string[{(]/,
    "values are shown as JSON",
  ),
  saying("message", /^(Ingress|NetworkPolicy)\.extensions/, "the group of the kind is that of the request"),
  saying("message", /memory limit$/, "the limit is named"),
  saying("message", /between 0 and 2147483647, inclusive/, "user ids have 32 bits"),
  saying("message", "can only be set on NodePort and LoadBalancer", "reworded"),
  saying("message", 'supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce"', "ReadWriteOncePod was added"),
  saying("message", /fields other than 'replicas', 'template', and/, "more fields may change"),
  saying("message", /415: Unsupported Media Type|406: Not Acceptable/, "the accepted types are named"),
  saying("message", "invalid continue token", "tokens are opaque; ours have another form"),
  saying("message", "<uid>", "the recording left the uid out"),
  saying("message", "did not find expected node content", "another YAML parser, with errors of its own"),

  // Objects.
  within(/^pod/, /\.volumes|\.volumeMounts/, "tokens are projected, not mounted from Secrets made for them"),
  within(/^pod/, /^\.status\.conditions/, "the recorded Pods had been looked at by a scheduler"),
  within(
    /^service/,
    /\.nodePort|\.clusterIPs?|healthCheckNodePort/,
    "the recorded address and port were the free ones there",
  ),
  within(
    /^deployment: /,
    /^\.(status|metadata\.(annotations|generation))/,
    "a controller had worked on the recorded object",
  ),
  within(/^limitrange: metadata.name=""/, /^\.metadata\.name/, "the name is made up"),
  within(/^job: /, /controller-uid/, "the recorded uid is left out"),
  within(/^table of one namespace/, /description|\.rows/, "descriptions of columns are not the same, nor are ages"),
  within(/^unknown (group|path)/, /./, "plain text and paths of another server"),
];
