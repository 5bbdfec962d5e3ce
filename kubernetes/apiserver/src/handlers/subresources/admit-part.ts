import type { ExpectedKind } from "@skiff/api/server";
import { type Admission, admit, type Operation } from "../../admission/admission.ts";
import { admissionRequest } from "../../admission/admission-request.ts";
import type { Call, Handler } from "../../call.ts";
import { isDryRun } from "../../objects/write-options.ts";
import type { ApiObject, Draft } from "../../state/api-object.ts";
import { resourceOf } from "../target.ts";

/** Asks admission about what was posted to, or is to be written through, a subresource. Throws StatusError to refuse. */
export async function admitPart(
  admission: Admission,
  call: Call,
  operation: Operation,
  kind: ExpectedKind,
  object: Draft,
  old?: ApiObject,
): Promise<void> {
  const { subresource, namespace, name } = call.info;
  const info = resourceOf(call.info);
  const dryRun = operation !== "CONNECT" && isDryRun(call);
  await admit(
    admission,
    admissionRequest(call, { operation, info, subresource, namespace, name, object, old, dryRun, kind }),
  );
}

/** The options of a connection that are lists of flags and texts in its query. */
const OPTIONS: Readonly<
  Record<
    string,
    { readonly flags?: readonly string[]; readonly lists?: readonly string[]; readonly texts?: readonly string[] }
  >
> = {
  PodExecOptions: { flags: ["stdin", "stdout", "stderr", "tty"], texts: ["container"], lists: ["command"] },
  PodAttachOptions: { flags: ["stdin", "stdout", "stderr", "tty"], texts: ["container"] },
  PodPortForwardOptions: { lists: ["ports"] },
  PodProxyOptions: { texts: ["path"] },
  ServiceProxyOptions: { texts: ["path"] },
  NodeProxyOptions: { texts: ["path"] },
};

/** The handler, for connections that admission lets be opened; `kind` is that of their options (core/v1). */
export function admitted(admission: Admission, kind: keyof typeof OPTIONS, handler: Handler): Handler {
  const options = OPTIONS[kind] ?? {};
  return async (call) => {
    const { query, info } = call;
    const object: Record<string, unknown> = { kind, apiVersion: "v1" };
    for (const flag of options.flags ?? []) {
      if (["true", "1"].includes(query.get(flag) ?? "")) object[flag] = true;
    }
    for (const text of options.texts ?? []) {
      const value = text === "path" ? info.rest : query.get(text);
      if (value) object[text] = value;
    }
    for (const list of options.lists ?? []) {
      const values = query.getAll(list);
      if (values.length > 0) object[list] = list === "ports" ? values.map(Number) : values;
    }
    const expected = { group: "", version: "v1", kind, typeName: `core/v1.${kind}` };
    await admitPart(admission, call, "CONNECT", expected, object as Draft);
    return handler(call);
  };
}
