import { create, type DescMessage, toBinary } from "@bufbuild/protobuf";
import { encodeFrame, MessageType, payloadSchemas } from "@sentrytap/wire";

/** A frame as a Sentry sends it. */
export type Frame = Uint8Array<ArrayBuffer>;

/** How large a made-up sandbox is: `threads` in `processes`, each of these with `descriptors` open. */
export interface Size {
  readonly threads: number;
  readonly processes: number;
  readonly descriptors: number;
}

type Fields = Readonly<Record<string, unknown>>;

function frame(name: keyof typeof MessageType, fields: Fields): Frame {
  const type: number = MessageType[name];
  const schema = payloadSchemas[type] as DescMessage; // every type has one
  return encodeFrame(type, toBinary(schema, create(schema, fields)));
}

/** The process of thread `tid`: the first threads are the main threads of one each, the others take turns. */
function processOf(tid: number, { processes }: Size): number {
  return tid <= processes ? tid : 1 + (tid % processes);
}

function context(tid: number, size: Size): Fields {
  const pid = processOf(tid, size);
  return {
    timeNs: 1_795_286_461_313_392_178n + BigInt(tid),
    threadId: tid,
    threadGroupId: pid,
    containerId: "4ac31ee4cfbd4ae4ac31ee4cfbd4ae4ac31ee4cfbd4ae4ac31ee4cfbd4ae4ac3",
    credentials: {},
    cwd: `/srv/${pid % 100}`,
    processName: "worker",
  };
}

/** The first thread, and the other processes that it makes. */
export function* processFrames(size: Size): Iterable<Frame> {
  yield frame("MESSAGE_CONTAINER_START", {
    contextData: context(1, size),
    args: ["/bin/server"],
    env: ["A=1"],
  });
  for (let tid = 2; tid <= size.processes; tid++) yield* birth(1, tid, size, 0n);
}

/** The threads that are no main threads, as pthread_create(3) makes them. */
export function* threadFrames(size: Size): Iterable<Frame> {
  for (let tid = size.processes + 1; tid <= size.threads; tid++) {
    yield* birth(processOf(tid, size), tid, size, 0x3d0f00n);
  }
}

function* birth(creator: number, tid: number, size: Size, flags: bigint): Iterable<Frame> {
  yield frame("MESSAGE_SENTRY_CLONE", {
    contextData: context(creator, size),
    createdThreadId: tid,
    createdThreadGroupId: processOf(tid, size),
    createdThreadStartTimeNs: 1_795_286_461_313_392_178n,
    flags,
  });
  yield* read(tid, 0, size);
}

/** Every process opens its files, each under a path of its own, and reads from them. */
export function* descriptorFrames(size: Size): Iterable<Frame> {
  for (let tid = 1; tid <= size.processes; tid++) {
    for (let i = 0; i < size.descriptors; i++) {
      yield* open(tid, 3 + i, size);
      yield* read(tid, 3 + i, size, pathOf(tid, 3 + i));
    }
  }
}

/** What `calls` of the threads `tids`, picked at random, do then: each opens a file, reads from it, and closes it. */
export function* busyFrames(size: Size, tids: readonly number[], calls: number): Iterable<Frame> {
  let random = 1;
  for (let i = 0; i < calls; i++) {
    random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0;
    const tid = tids[random % tids.length] ?? 1;
    const fd = 3 + size.descriptors;
    yield* open(tid, fd, size);
    yield* read(tid, fd, size, pathOf(tid, fd));
    yield* call("MESSAGE_SYSCALL_CLOSE", tid, { sysno: 3n, fd: BigInt(fd) }, 0, size);
  }
}

function pathOf(tid: number, fd: number): string {
  return `/srv/${tid % 100}/data/file-${tid}-${fd}`;
}

function* open(tid: number, fd: number, size: Size): Iterable<Frame> {
  const fields = { sysno: 257n, fd: -100n, pathname: pathOf(tid, fd), flags: 0o2000000 };
  yield* call("MESSAGE_SYSCALL_OPEN", tid, fields, fd, size);
}

function* read(tid: number, fd: number, size: Size, fdPath = ""): Iterable<Frame> {
  yield* call("MESSAGE_SYSCALL_READ", tid, { sysno: 0n, fd: BigInt(fd), fdPath, count: 4096n }, 512, size);
}

function* call(
  name: keyof typeof MessageType,
  tid: number,
  fields: Fields,
  result: number,
  size: Size,
): Iterable<Frame> {
  const contextData = context(tid, size);
  yield frame(name, { contextData, ...fields });
  yield frame(name, { contextData, ...fields, exit: { result: BigInt(result) } });
}
