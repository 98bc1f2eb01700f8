// The load for the transport: sandboxes that send the packets of a recording as fast as they are taken.
//
//   sender SOCKET RECORDING MESSAGES CONNECTIONS
//
// Connects and shakes hands on all connections, a process each; then all send at once, round and round through the
// recording, one system call a packet as the Sentry does, MESSAGES in all. Prints the time of the beginning in
// nanoseconds of CLOCK_MONOTONIC.
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SIGNATURE = 16, SIZE = 8 };

typedef struct packet {
  const unsigned char *bytes;
  size_t size;
} packet;

static packet *packets;
static size_t packet_count;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static unsigned char *read_file(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) fail(path);
  fseek(file, 0, SEEK_END);
  *size = (size_t)ftell(file);
  rewind(file);
  unsigned char *bytes = malloc(*size);
  if (bytes == NULL || fread(bytes, 1, *size, file) != *size) fail(path);
  fclose(file);
  return bytes;
}

// A tracereplay file: the signature, then records, each its size and so many bytes; the first is the configuration.
static void load(const char *path) {
  size_t size;
  const unsigned char *file = read_file(path, &size);
  packets = calloc(size / SIZE, sizeof *packets);
  if (packets == NULL) fail("malloc");
  size_t records = 0;
  for (size_t at = SIGNATURE; at + SIZE <= size;) {
    uint64_t length;
    memcpy(&length, file + at, SIZE);
    at += SIZE;
    if (length > size - at) exit(3);
    if (records++ > 0) packets[packet_count++] = (packet){file + at, length};
    at += length;
  }
  if (packet_count == 0) exit(3);
}

static int connect_to(const char *path) {
  static const unsigned char handshake[] = {8, 1};
  unsigned char answer[64];
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) exit(2);
  strcpy(address.sun_path, path);
  const int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
  if (fd < 0) fail("socket");
  if (connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) fail("connect");
  if (send(fd, handshake, sizeof handshake, 0) != sizeof handshake) fail("send");
  if (recv(fd, answer, sizeof answer, 0) <= 0) fail("recv");
  return fd;
}

static void send_packets(int fd, long count, size_t first) {
  for (long i = 0; i < count; i++) {
    const packet *next = &packets[(first + (size_t)i) % packet_count];
    if (send(fd, next->bytes, next->size, MSG_NOSIGNAL) < 0) fail("send");
  }
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  load(argv[2]);
  const long messages = atol(argv[3]);
  const int connections = atoi(argv[4]);
  int ready[2], start[2];
  if (pipe(ready) != 0 || pipe(start) != 0) fail("pipe");
  for (int i = 0; i < connections; i++) {
    const pid_t child = fork();
    if (child < 0) fail("fork");
    if (child > 0) continue;
    char byte = 0;
    close(start[1]);
    const int fd = connect_to(argv[1]);
    if (write(ready[1], &byte, 1) != 1) fail("write");
    if (read(start[0], &byte, 1) != 0) fail("read");  // ends when the parent closes its end
    send_packets(fd, messages / connections, (size_t)i * 97);
    _exit(0);
  }
  for (int i = 0; i < connections; i++) {
    char byte;
    if (read(ready[0], &byte, 1) != 1) fail("read");
  }
  struct timespec begin;
  clock_gettime(CLOCK_MONOTONIC, &begin);
  close(start[1]);
  int status = 0, failed = 0;
  while (wait(&status) > 0) failed |= status;
  printf("%lld\n", (long long)begin.tv_sec * 1000000000 + begin.tv_nsec);
  return failed == 0 ? 0 : 1;
}
