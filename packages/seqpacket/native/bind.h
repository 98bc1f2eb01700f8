// The listening socket: created, given its mode, bound and listening.
#ifndef SEQPACKET_BIND_H
#define SEQPACKET_BIND_H

#include <sys/types.h>

// A non-blocking SOCK_SEQPACKET socket that listens at `path`, whose file never had more than the bits of `mode` and
// ends up with exactly these, whatever the umask. Returns -1 with errno, and the name of the failing call in `syscall`.
int bind_and_listen(const char *path, mode_t mode, int backlog, const char **syscall);

#endif
