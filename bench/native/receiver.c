// The bare receiver that the transport is compared with: takes packets as fast as a C loop can and counts them.
//
//   receiver SOCKET CONNECTIONS
//
// Listens, says "ready", shakes hands with so many peers, reads until all have hung up, and prints the packets, their
// bytes, the microseconds of CPU that it took for them, and the time of the end in nanoseconds of CLOCK_MONOTONIC.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 32, PACKET_LIMIT = 1 << 20, EVENTS = 64 };

static struct mmsghdr messages[BATCH];
static struct iovec parts[BATCH];
static unsigned long long packets, bytes;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static long long cpu_us(void) {
  struct rusage used;
  if (getrusage(RUSAGE_SELF, &used) != 0) fail("getrusage");
  return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000LL + used.ru_utime.tv_usec + used.ru_stime.tv_usec;
}

static int listen_at(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) exit(2);
  strcpy(address.sun_path, path);
  const int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
  if (fd < 0) fail("socket");
  if (bind(fd, (const struct sockaddr *)&address, sizeof address) != 0) fail("bind");
  if (listen(fd, 1024) != 0) fail("listen");
  return fd;
}

static int accept_peer(int listener) {
  static const unsigned char answer[] = {8, 1};
  unsigned char handshake[64];
  const int fd = accept(listener, NULL, NULL);
  if (fd < 0) fail("accept");
  if (recv(fd, handshake, sizeof handshake, 0) <= 0) fail("recv");
  if (send(fd, answer, sizeof answer, 0) != sizeof answer) fail("send");
  return fd;
}

// Reads a batch; what recvmmsg returned, 0 at the end of the stream.
static int read_batch(int fd, int flags) {
  const int count = recvmmsg(fd, messages, BATCH, flags, NULL);
  if (count < 0) {
    if (errno == EAGAIN || errno == EINTR) return -1;
    fail("recvmmsg");
  }
  for (int i = 0; i < count; i++) {
    if (messages[i].msg_len == 0) return 0;
    packets++;
    bytes += messages[i].msg_len;
  }
  return count;
}

static void read_one(int fd) {
  while (read_batch(fd, MSG_WAITFORONE) != 0) continue;
}

static void read_many(int epoll, int connections) {
  struct epoll_event events[EVENTS];
  while (connections > 0) {
    const int count = epoll_wait(epoll, events, EVENTS, -1);
    for (int i = 0; i < count; i++) {
      if (read_batch(events[i].data.fd, MSG_DONTWAIT) != 0) continue;
      close(events[i].data.fd);
      connections--;
    }
  }
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) fail("prctl");
  const int connections = atoi(argv[2]);
  for (int i = 0; i < BATCH; i++) {
    parts[i].iov_base = malloc(PACKET_LIMIT);
    parts[i].iov_len = PACKET_LIMIT;
    if (parts[i].iov_base == NULL) fail("malloc");
    messages[i].msg_hdr.msg_iov = &parts[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  const int listener = listen_at(argv[1]);
  puts("ready");
  fflush(stdout);
  long long before;
  if (connections == 1) {
    const int peer = accept_peer(listener);
    before = cpu_us();
    read_one(peer);
  } else {
    const int epoll = epoll_create1(0);
    if (epoll < 0) fail("epoll_create1");
    for (int i = 0; i < connections; i++) {
      struct epoll_event event = {.events = EPOLLIN, .data.fd = accept_peer(listener)};
      if (epoll_ctl(epoll, EPOLL_CTL_ADD, event.data.fd, &event) != 0) fail("epoll_ctl");
    }
    before = cpu_us();
    read_many(epoll, connections);
  }
  struct timespec end;
  clock_gettime(CLOCK_MONOTONIC, &end);
  const long long ns = (long long)end.tv_sec * 1000000000 + end.tv_nsec;
  printf("%llu %llu %lld %lld\n", packets, bytes, cpu_us() - before, ns);
  return 0;
}
