export { type Authority, type CertificateRequest, createAuthority, type KeyPair, loadAuthority } from "./authority.ts";
export { generateTokenKey } from "./keys.ts";
