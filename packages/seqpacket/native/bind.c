#define _GNU_SOURCE
#include "bind.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { MODE_BITS = 0777 };

static int fail(int fd, int code) {
  if (fd >= 0) close(fd);
  errno = code;
  return -1;
}

// Adds the bits that the umask took at bind. Works on the file itself through an O_PATH descriptor, so that a path
// swapped for a link in the meantime cannot redirect the chmod.
static int restore_mode(const char *path, mode_t mode) {
  const int fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return -1;
  struct stat stat;
  if (fstat(fd, &stat) != 0) return fail(fd, errno);
  if (!S_ISSOCK(stat.st_mode)) return fail(fd, ENOTSOCK);
  if ((stat.st_mode & MODE_BITS) != mode) {
    char name[32];
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    if (chmod(name, mode) != 0) return fail(fd, errno);
  }
  close(fd);
  return 0;
}

int bind_and_listen(const char *path, mode_t mode, int backlog, const char **syscall) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  const size_t length = strlen(path);
  *syscall = "bind";
  if (length == 0 || length >= sizeof address.sun_path) return fail(-1, ENAMETOOLONG);
  memcpy(address.sun_path, path, length);

  *syscall = "socket";
  const int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  // Linux gives the file the socket's own mode less the umask: set before bind, there is no moment with more rights.
  *syscall = "fchmod";
  if (fchmod(fd, mode) != 0) return fail(fd, errno);
  *syscall = "bind";
  if (bind(fd, (const struct sockaddr *)&address, sizeof address) != 0) return fail(fd, errno);
  *syscall = "chmod";
  if (restore_mode(path, mode) != 0) return fail(fd, errno);
  *syscall = "listen";
  if (listen(fd, backlog) != 0) return fail(fd, errno);
  return fd;
}
