export { type Credentials, copyCredentials } from "./credentials.ts";
export type {
  ChdirArgs,
  ChrootArgs,
  CloseArgs,
  DupArgs,
  FcntlArgs,
  OpenArgs,
  TransferArgs,
} from "./definitions/file-args.ts";
export type {
  SetgidArgs,
  SetresgidArgs,
  SetresuidArgs,
  SetsidArgs,
  SetuidArgs,
} from "./definitions/identity-args.ts";
export type {
  FileStatus,
  MmapArgs,
  ProgramFile,
  SentryExecArgs,
  SentryMmapArgs,
  StandardSocket,
  StandardStream,
} from "./definitions/memory-args.ts";
export type {
  AcceptArgs,
  AddressArgs,
  ListenArgs,
  SocketArgs,
  SocketpairArgs,
} from "./definitions/network-args.ts";
export type {
  CloneArgs,
  ContainerStartArgs,
  ExecveArgs,
  ForkArgs,
  PrlimitArgs,
  ProcexitArgs,
  PtraceArgs,
} from "./definitions/process-args.ts";
export type {
  EventfdArgs,
  InotifyAddWatchArgs,
  InotifyInitArgs,
  InotifyRmWatchArgs,
  PipeArgs,
  SignalfdArgs,
  TimerfdCreateArgs,
  TimerfdGettimeArgs,
  TimerfdSettimeArgs,
  TimerSetting,
} from "./definitions/special-fd-args.ts";
export { errnoName } from "./errno.ts";
export type {
  AcceptEvent,
  BindEvent,
  ChdirEvent,
  ChrootEvent,
  CloneEvent,
  CloseEvent,
  ConnectEvent,
  ContainerStartEvent,
  DupEvent,
  Event,
  EventfdEvent,
  EventOf,
  EventType,
  ExecveEvent,
  ExitNotifyParentEvent,
  FcntlEvent,
  ForkEvent,
  GapEvent,
  InotifyAddWatchEvent,
  InotifyInitEvent,
  InotifyRmWatchEvent,
  ListenEvent,
  MmapEvent,
  OpenEvent,
  PipeEvent,
  PrlimitEvent,
  ProcexitEvent,
  PtraceEvent,
  ReadEvent,
  SandboxEndEvent,
  SentryExecEvent,
  SentryMmapEvent,
  SetgidEvent,
  SetresgidEvent,
  SetresuidEvent,
  SetsidEvent,
  SetuidEvent,
  SignalfdEvent,
  SocketEvent,
  SocketpairEvent,
  SyscallEvent,
  TimerfdCreateEvent,
  TimerfdGettimeEvent,
  TimerfdSettimeEvent,
  WriteEvent,
} from "./event.ts";
export type { EventBase, EventCategory } from "./event-base.ts";
export { events } from "./events.ts";
export { clockName } from "./flags/clock-name.ts";
export { cloneFlagNames, clonesFiles, clonesThread } from "./flags/clone-flags.ts";
export {
  acceptFlagNames,
  closesOnExec,
  descriptorFlagNames,
  eventfdFlagNames,
  pipeFlagNames,
  timerFlagNames,
  timerfdFlagNames,
} from "./flags/descriptor-flags.ts";
export { execveatFlagNames } from "./flags/execveat-flags.ts";
export { fcntlCommandName } from "./flags/fcntl-command.ts";
export { inotifyMaskNames } from "./flags/inotify-mask.ts";
export { mmapFlagNames, protectionNames } from "./flags/mmap-flags.ts";
export {
  openFlagNames,
  opensDirectory,
  opensForReading,
  opensForWriting,
  opensToCreate,
} from "./flags/open-flags.ts";
export { ptraceRequestName } from "./flags/ptrace-request.ts";
export { resourceName } from "./flags/resource-name.ts";
export { socketFamilyName, socketTypeName } from "./flags/socket-names.ts";
export { gap } from "./gap.ts";
export { type EventJson, eventToJson, type JsonArgument, type JsonObject } from "./json.ts";
export { normalize } from "./normalize.ts";
export { type ProcessContext, readProcessContext } from "./process-context.ts";
export { signalName } from "./signal-name.ts";
export { formatIpv6, parseSocketAddress, type SocketAddress } from "./socket-address.ts";
export type {
  GapArgs,
  GapKind,
  SandboxEndArgs,
} from "./stream-args.ts";
export {
  type KnownSyscallArgs,
  rawRegister,
  rawSyscallName,
  type SyscallArgs,
  type SyscallParams,
  type UnknownSyscallArgs,
} from "./syscall-args.ts";
export { syscallName } from "./syscall-names.ts";
export {
  type SyscallKind,
  type SyscallName,
  type SyscallParameter,
  type SyscallSignature,
  type SyscallValue,
  syscallNames,
  syscallSignature,
} from "./syscall-signature.ts";
