import type { RequestSigner } from "@skiff/apiserver/pki";

/** Signs certificate requests with an authority kept in two PEM texts. What reads certificates is loaded when the first one comes. */
export function requestSigner(authority: { readonly cert: string; readonly key: string }): RequestSigner {
  let loading: Promise<RequestSigner> | undefined;
  const signer = (): Promise<RequestSigner> => {
    loading ??= import("@skiff/apiserver/pki").then(({ createRequestSigner }) => createRequestSigner(authority));
    return loading;
  };
  return {
    subjectOf: async (pem) => (await signer()).subjectOf(pem),
    sign: async (pem, options) => (await signer()).sign(pem, options),
  };
}
