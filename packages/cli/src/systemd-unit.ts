import { Buffer } from "node:buffer";
import { TraceError } from "sentrytap";

/** What a unit file is made of. */
export interface SystemdUnitOptions {
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** The socket that it listens at: in a folder of its own below /run. */
  readonly endpoint: string;
}

/**
 * The unit of a service that runs `sentrytap detect`.
 *
 * @throws {TraceError} `ERR_INVALID_ARGUMENT` where the endpoint is elsewhere than a service's socket should be.
 */
export function systemdUnit({ command, endpoint }: SystemdUnitOptions): string {
  const [, folder] = /^\/run\/([\w.-]+)\/[\w.-]+$/.exec(endpoint) ?? [];
  if (folder === undefined || /^\.+$/.test(folder)) {
    throw new TraceError(
      "ERR_INVALID_ARGUMENT",
      `a service's socket is in a folder of its own, such as /run/sentrytap/sentrytap.sock, and not at ${JSON.stringify(endpoint)}`,
    );
  }
  return `[Unit]
Description=Sentrytap: alerts of what happens inside gVisor's sandboxes
# A sandbox connects when it starts: whoever starts sandboxes comes later, and ends earlier.
Before=docker.service containerd.service
# However often it ends, it is started again.
StartLimitIntervalSec=0

[Service]
# It says when it listens.
Type=notify
NotifyAccess=all
ExecStart=${command.map(quoted).join(" ")}
# Reads the rules again. Wrong ones are told of, and those that were there before stay in force.
ExecReload=/bin/kill -HUP $MAINPID
# The socket: only who may enter this folder can connect, which is root, as whom runsc runs.
RuntimeDirectory=${folder}
RuntimeDirectoryMode=0700
Restart=always
RestartSec=1
# Wrong rules or options (exit code 2) do not become right by trying again.
RestartPreventExitStatus=2
# Before it ends it removes the sessions that it created, and judges what it received.
KillMode=mixed
TimeoutStopSec=20
# A descriptor for each sandbox that is connected.
LimitNOFILE=65536
# Alerts go to the journal, which would drop them where there are many at once.
SyslogIdentifier=sentrytap
LogRateLimitIntervalSec=0

# Root, as the folders of runsc and the sockets of Docker and containerd are root's; but without any of root's capabilities.
User=root
CapabilityBoundingSet=
AmbientCapabilities=
NoNewPrivileges=yes
# It can write below /run, where its socket is and runsc locks what it reads, and nowhere else.
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
PrivateMounts=yes
PrivateDevices=yes
DevicePolicy=closed
UMask=0077
# Sockets of this machine only. Alerts that are sent elsewhere need AF_INET and AF_INET6, and an IPAddressAllow.
RestrictAddressFamilies=AF_UNIX
IPAddressDeny=any
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
KeyringMode=private
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
# The thread that reads the sockets may come before the others of the service, where sandboxes would meet full sockets.
SystemCallFilter=sched_setattr
LimitNICE=-10
SystemCallErrorNumber=EPERM
# Not MemoryDenyWriteExecute: JavaScript is compiled while it runs. Not ProtectProc nor PrivateUsers: who connects is looked up
# in /proc, by the ids of this machine. Not PrivateNetwork: sandboxes of older releases of gVisor are reached by abstract sockets.

[Install]
WantedBy=multi-user.target
`;
}

/** An argument as unit files have it: nothing in it is a variable, a specifier or the end of the argument. */
function quoted(argument: string): string {
  const written = argument.replaceAll("%", "%%").replaceAll("$", "$$$$");
  if (/^[\w@%+=:,./$-]+$/.test(written)) return written;
  // A carriage return ends a line, too.
  return `"${written.replace(/["\\]/g, "\\$&").replace(/\p{Cc}/gu, escaped)}"`;
}

/** The bytes of a control character. */
function escaped(sign: string): string {
  return Buffer.from(sign).toString("hex").replace(/../g, "\\x$&");
}
