import { DescriptorPoll } from "./descriptor-poll.ts";
import { close, isSystemError, pidfdOpen } from "./libc.ts";
import { isAlive, type ProcessIdentity } from "./process.ts";

/**
 * Calls `gone` once, when that very process has ended; soon when it has already. The process need not be a child. Disposing of it
 * calls nothing any more. With `idle` this process may end first.
 */
export function watchProcess(process: ProcessIdentity, gone: () => void, { idle = false } = {}): Disposable {
  const fd = openProcess(process);
  if (fd === undefined) {
    const soon = setImmediate(gone);
    return { [Symbol.dispose]: () => clearImmediate(soon) };
  }
  let open = true;
  const stop = (): void => {
    if (!open) return;
    open = false;
    poll.close();
    close(fd);
  };
  const poll = new DescriptorPoll(fd, () => {
    stop();
    gone();
  });
  poll.arm({ readable: true });
  if (idle) poll.unref();
  return { [Symbol.dispose]: stop };
}

function openProcess(process: ProcessIdentity): number | undefined {
  let fd: number;
  try {
    fd = pidfdOpen(process.pid);
  } catch (error) {
    if (isSystemError(error, "ESRCH", "EINVAL")) return undefined;
    throw error;
  }
  // Checked after the descriptor holds the process: from here the id cannot be given away.
  if (isAlive(process)) return fd;
  close(fd);
  return undefined;
}
