export { decodeFrame, headerSize, type Message } from "./decode.ts";
export { type EncodeFrameOptions, encodeFrame } from "./encode.ts";
export { MessageType } from "./gen/common_pb.ts";
export {
  type ContainerStart,
  type ContextDataView,
  type CredentialsView,
  type ExitView,
  type FdInfoView,
  type ItimerSpecView,
  type KnownMessage,
  type PipeProcInfoView,
  payloadSchemas,
  type SentryClone,
  type SentryExec,
  type SentryExitNotifyParent,
  type SentryMmap,
  type SentryTaskExit,
  type SocketInfoView,
  type SocketIpView,
  type StructRlimitView,
  type SyscallAccept,
  type SyscallBind,
  type SyscallChdir,
  type SyscallChroot,
  type SyscallClone,
  type SyscallClose,
  type SyscallConnect,
  type SyscallDup,
  type SyscallEventfd,
  type SyscallExecve,
  type SyscallFcntl,
  type SyscallFork,
  type SyscallInotifyAddWatch,
  type SyscallInotifyInit,
  type SyscallInotifyRmWatch,
  type SyscallListen,
  type SyscallMmap,
  type SyscallOpen,
  type SyscallPipe,
  type SyscallPrlimit64,
  type SyscallPtrace,
  type SyscallRaw,
  type SyscallRead,
  type SyscallSetid,
  type SyscallSetresid,
  type SyscallSignalfd,
  type SyscallSocket,
  type SyscallSocketpair,
  type SyscallTimerfdCreate,
  type SyscallTimerfdGettime,
  type SyscallTimerfdSettime,
  type SyscallWrite,
  type TimespecView,
} from "./gen/views.ts";
export { decodeHandshake, encodeHandshake, maxHandshakeSize, protocolVersion } from "./handshake.ts";
export { type MessageJson, messageToJson } from "./json.ts";
export { isMalformed, MalformedFrame } from "./malformed-frame.ts";
export { ownBytes } from "./own-bytes.ts";
export { decodeFrames, type RecordingOptions, readRecording } from "./recording.ts";
export { type Architecture, hostArchitecture, type TracedSandbox } from "./sandbox.ts";
export { isMessage, SandboxEnd, type StreamItem } from "./stream-item.ts";
export { createTraceWriter, readTraceFile, type TraceWriter } from "./trace-file.ts";
export { type ReadTraceOptions, readTrace } from "./trace-reader.ts";
export type { UnknownMessage } from "./unknown-message.ts";
export type { MessageView, View } from "./view.ts";
