/**
 * Starting programs without copying this process's page tables first, as a fork does: with a hundred megabytes that takes longer than the
 * start itself, and nothing else happens meanwhile. `posix_spawn` has the child borrow the memory until its program is loaded.
 */
import { Socket } from "node:net";
import koffi from "koffi";
import { DescriptorPoll } from "./descriptor-poll.ts";
import { close, pidfdOpen, SystemError } from "./libc.ts";

/** What becomes of one of the program's descriptors: nothing is there, a socket to this process, or a descriptor of this process. */
export type Wiring = "ignore" | "pipe" | number;

/** How a program is started. */
export interface SpawnOptions {
  /** From standard input on. */
  readonly stdio: readonly Wiring[];
  /** `NAME=value`; default this process's. */
  readonly env?: readonly string[];
  readonly cwd?: string;
  /** Whether it gets a session of its own. */
  readonly newSession?: boolean;
  /** Whether this process may end before it. */
  readonly outlives?: boolean;
}

/** How a program ended: one of the two. */
export interface ProgramEnd {
  readonly code?: number;
  readonly signal?: number;
}

/** A program that was started. */
export interface Spawned {
  readonly pid: number;
  /** This process's ends, where `stdio` says "pipe". To be read to their ends, or destroyed. */
  readonly pipes: readonly (Socket | undefined)[];
  readonly ended: Promise<ProgramEnd>;
}

const libc = koffi.load(null);
const spawnCall = libc.func(
  "int posix_spawnp(_Out_ int *, const char *, void *, void *, const char **, const char **)",
);
const actionsInit = libc.func("int posix_spawn_file_actions_init(void *)");
const actionsDestroy = libc.func("int posix_spawn_file_actions_destroy(void *)");
const actionsDup = libc.func("int posix_spawn_file_actions_adddup2(void *, int, int)");
const actionsOpen = libc.func("int posix_spawn_file_actions_addopen(void *, int, const char *, int, uint32_t)");
const actionsChdir = libc.func("int posix_spawn_file_actions_addchdir_np(void *, const char *)");
const attributesInit = libc.func("int posix_spawnattr_init(void *)");
const attributesFlags = libc.func("int posix_spawnattr_setflags(void *, short)");
const attributesDefault = libc.func("int posix_spawnattr_setsigdefault(void *, const void *)");
const socketpairCall = libc.func("int socketpair(int, int, int, _Out_ int *)");
const waitpidCall = libc.func("int waitpid(int, _Out_ int *, int)");

// Larger than glibc's and musl's types on any architecture.
const OPAQUE_BYTES = 512;
const SIGNAL_SET_BYTES = 128;
const POSIX_SPAWN_SETSIGDEF = 4;
const POSIX_SPAWN_SETSIGMASK = 8;
const POSIX_SPAWN_SETSID = 0x80;
const O_RDWR = 2;
const AF_UNIX = 1;
const SOCK_STREAM_CLOEXEC = 1 | 0o2000000;

/** Starts a program, looked for in this process's PATH. Throws a SystemError where it cannot be started. */
export function spawnProgram(command: string, args: readonly string[], o: SpawnOptions): Spawned {
  const [actions, attributes] = [Buffer.alloc(OPAQUE_BYTES), Buffer.alloc(OPAQUE_BYTES)];
  const pairs = o.stdio.map((wiring) => (wiring === "pipe" ? pairAbove(o.stdio.length) : undefined));
  succeed(actionsInit(actions), command);
  try {
    for (const [fd, wiring] of o.stdio.entries()) {
      if (wiring === "ignore") succeed(actionsOpen(actions, fd, "/dev/null", O_RDWR, 0), command);
      else succeed(actionsDup(actions, pairs[fd]?.theirs ?? Number(wiring), fd), command);
    }
    if (o.cwd !== undefined) succeed(actionsChdir(actions, o.cwd), command);
    succeed(attributesInit(attributes), command);
    // Node ignores some signals, which a program would inherit.
    succeed(attributesDefault(attributes, Buffer.alloc(SIGNAL_SET_BYTES, 0xff)), command);
    const session = o.newSession ? POSIX_SPAWN_SETSID : 0;
    succeed(attributesFlags(attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | session), command);
    const pid: [number] = [0];
    const env = o.env ?? Object.entries(process.env).map(([name, value]) => `${name}=${value}`);
    succeed(spawnCall(pid, command, actions, attributes, [command, ...args, null], [...env, null]), command);
    const ended = endOf(pid[0], o.outlives === true);
    const pipes = pairs.map((pair) => pair && new Socket({ fd: pair.ours, readable: true, writable: true }));
    return { pid: pid[0], pipes, ended };
  } catch (error) {
    for (const pair of pairs) if (pair) close(pair.ours);
    throw error;
  } finally {
    for (const pair of pairs) if (pair) close(pair.theirs);
    actionsDestroy(actions);
  }
}

/** A pair of sockets. The child's end must not be one of the numbers that it is given others at. */
function pairAbove(lowest: number): { readonly ours: number; readonly theirs: number } {
  const pair: [number, number] = [0, 0];
  if (socketpairCall(AF_UNIX, SOCK_STREAM_CLOEXEC, 0, pair) < 0)
    throw new SystemError("socketpair", koffi.errno(), "for a program");
  const [ours, theirs] = pair;
  if (theirs >= lowest) return { ours, theirs };
  try {
    return pairAbove(lowest);
  } finally {
    close(ours);
    close(theirs);
  }
}

const WNOHANG = 1;
/** Held here, since nobody else need hold on to a program that was started; each must be waited for. */
const running = new Set<DescriptorPoll>();

function endOf(pid: number, outlives: boolean): Promise<ProgramEnd> {
  const { promise, resolve } = Promise.withResolvers<ProgramEnd>();
  // A child that was not waited for keeps its id, so the descriptor is of this very process.
  const fd = pidfdOpen(pid);
  const poll = new DescriptorPoll(fd, () => {
    const status: [number] = [0];
    waitpidCall(pid, status, WNOHANG);
    running.delete(poll);
    poll.close();
    close(fd);
    const signal = status[0] & 0x7f;
    resolve(signal === 0 ? { code: (status[0] >> 8) & 0xff } : { signal });
  });
  running.add(poll);
  poll.arm({ readable: true });
  if (outlives) poll.unref();
  return promise;
}

// These give the error instead of leaving it in errno.
function succeed(error: number, command: string): void {
  if (error !== 0) throw new SystemError("spawn", error, command);
}
