/** Runs a timer per lease and reports each that ends; what ending means is the caller's. */
export interface LeaseTimers extends Disposable {
  start(lease: number, ttlSeconds: number): void;
  /** Starts the lease's time again; false when it is unknown. */
  renew(lease: number): boolean;
  stop(lease: number): void;
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Timers that do not keep the process alive. */
export function createLeaseTimers(onEnd: (lease: number) => void): LeaseTimers {
  const running = new Map<number, { ttlSeconds: number; timer: NodeJS.Timeout }>();
  const timers: LeaseTimers = {
    start(lease, ttlSeconds) {
      const end = () => {
        running.delete(lease);
        onEnd(lease);
      };
      const timer = setTimeout(end, Math.min(ttlSeconds * 1000, LONGEST_TIMER_MS)).unref();
      running.set(lease, { ttlSeconds, timer });
    },
    renew(lease) {
      const found = running.get(lease);
      found?.timer.refresh();
      return found !== undefined;
    },
    stop(lease) {
      clearTimeout(running.get(lease)?.timer);
      running.delete(lease);
    },
    [Symbol.dispose]() {
      for (const { timer } of running.values()) clearTimeout(timer);
      running.clear();
    },
  };
  return timers;
}
