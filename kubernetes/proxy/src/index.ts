export { type NftRunner, nftRunner } from "./nft.ts";
export { type Proxy, type ProxyOptions, startProxy } from "./proxy.ts";
export { removeProxyRules } from "./remove-proxy-rules.ts";
