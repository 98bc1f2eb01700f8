#define _GNU_SOURCE
#include "peer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

// The command line may be empty: the process is gone, of another pid namespace, or hidden (hidepid).
static size_t read_cmdline(pid_t pid, unsigned char *bytes, size_t limit) {
  char path[32];
  snprintf(path, sizeof path, "/proc/%d/cmdline", (int)pid);
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  size_t used = 0;
  while (used < limit) {
    const ssize_t count = read(fd, bytes + used, limit - used);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    used += (size_t)count;
  }
  close(fd);
  return used;
}

size_t peer_read(int fd, peer *peer) {
  struct ucred credentials;
  socklen_t size = sizeof credentials;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return 0;
  peer->pid = (uint32_t)credentials.pid;
  peer->uid = (uint32_t)credentials.uid;
  peer->gid = (uint32_t)credentials.gid;
  size_t cmdline = 0;
  if (credentials.pid > 0) cmdline = read_cmdline(credentials.pid, peer->cmdline, sizeof peer->cmdline);
  return PEER_HEAD + cmdline;
}
