/** Why the signal of a request is aborted. Every request that somebody watched over ends in it: making one for each would cost more than the rest of its end. */
export const GONE = new DOMException("The client has gone", "AbortError");
