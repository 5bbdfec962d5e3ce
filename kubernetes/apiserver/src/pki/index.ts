export { type Authority, type CertificateRequest, createAuthority, type KeyPair, loadAuthority } from "./authority.ts";
export * from "./certificate-requests.ts";
export { generateTokenKey } from "./keys.ts";
