// Who is at the other end of a connection.
#ifndef SEQPACKET_PEER_H
#define SEQPACKET_PEER_H

#include <stddef.h>
#include <stdint.h>

enum { CMDLINE_LIMIT = 4096 };

typedef struct peer {
  uint32_t pid;  // 0 where the peer's process is not visible in our pid namespace
  uint32_t uid;
  uint32_t gid;
  unsigned char cmdline[CMDLINE_LIMIT];  // arguments, each ended by a NUL, as the kernel gives them; may be cut
} peer;

enum { PEER_HEAD = 3 * sizeof(uint32_t) };

// Fills `peer` and returns its size in bytes with the part of cmdline that is used, or 0 with errno set.
size_t peer_read(int fd, peer *peer);

#endif
