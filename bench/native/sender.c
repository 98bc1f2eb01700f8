// The load: sandboxes that send the packets of a recording, round and round.
//
//   sender [-r RATE [-w COUNT] [-d RETRIES]] [-t] SOCKET RECORDING MESSAGES CONNECTIONS
//
// Connects and shakes hands on all connections, then sends MESSAGES in all, one system call a packet as the Sentry does.
// Without a rate every connection has a process of its own, and all send at once, as fast as they are taken. With one, a
// single process sends so many a second, the connections taking turns, or fewer where it is kept waiting.
//
//   -r RATE     messages a second, of all connections together
//   -w COUNT    so many first, as fast as they are taken; the rate is that of the others
//   -d RETRIES  drops what does not fit, as the Sentry with so many retries in its session does, instead of waiting
//   -t          puts the time of sending into the context of each message that has one: CLOCK_MONOTONIC plus 2^60 ns,
//               which takes as many bytes as the time that the recording has there
//
// Prints the times of the beginning and the end in nanoseconds of CLOCK_MONOTONIC, and how many messages were dropped.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SIGNATURE = 16, SIZE = 8, HEADER = 8, DROPPED_COUNT = 4, TIME_SIZE = 9 };
// As the Sentry has them where its session does not say.
enum { BACKOFF_NS = 25000, BACKOFF_MAX_NS = 10000000 };
// The shortest sleep between messages: what is due by its end goes together.
enum { TICK_NS = 100000 };
// What is later than this is not caught up with: an application that was kept waiting goes on at its own pace, too.
enum { LATE_NS = 2000000 };
static const int64_t second_ns = 1000000000;
static const int64_t time_offset_ns = (int64_t)1 << 60;

typedef struct packet {
  unsigned char *bytes;
  size_t size;
  unsigned char *time;  // where the time of its context is, or NULL
} packet;

typedef struct sandbox {
  int fd;
  size_t next;
  uint32_t dropped;
} sandbox;

static packet *packets;
static size_t packet_count;
static int stamps;
static int retries = -1;  // none: wait

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

static int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * second_ns + now.tv_nsec;
}

static void sleep_until(int64_t ns) {
  const struct timespec until = {.tv_sec = ns / second_ns, .tv_nsec = ns % second_ns};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR) continue;
}

// The context is the first field of every payload, and the time the first of the context's.
static unsigned char *time_of(unsigned char *packet, size_t size) {
  unsigned char *at = packet + HEADER, *end = packet + size;
  if (end - at < 4 + TIME_SIZE || *at++ != 0x0a) return NULL;
  while (at < end && (*at++ & 0x80) != 0) continue;
  if (end - at < 1 + TIME_SIZE || *at++ != 0x08) return NULL;
  for (int i = 0; i < TIME_SIZE; i++) {
    if (((at[i] & 0x80) != 0) != (i < TIME_SIZE - 1)) return NULL;
  }
  return at;
}

// A tracereplay file: the signature, then records, each its size and so many bytes; the first is the configuration.
static void load(const char *path) {
  size_t size;
  unsigned char *file = read_file(path, &size);
  packets = calloc(size / SIZE, sizeof *packets);
  if (packets == NULL) fail("malloc");
  size_t records = 0;
  for (size_t at = SIGNATURE; at + SIZE <= size;) {
    uint64_t length;
    memcpy(&length, file + at, SIZE);
    at += SIZE;
    if (length > size - at) exit(3);
    if (records++ > 0) packets[packet_count++] = (packet){file + at, length, time_of(file + at, length)};
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

static void write_time(unsigned char *at) {
  uint64_t time = (uint64_t)(now_ns() + time_offset_ns);
  for (int i = 0; i < TIME_SIZE; i++, time >>= 7) at[i] = (time & 0x7f) | (i < TIME_SIZE - 1 ? 0x80 : 0);
}

static int send_or_drop(sandbox *from, const packet *packet) {
  memcpy(packet->bytes + DROPPED_COUNT, &from->dropped, sizeof from->dropped);
  int64_t backoff = BACKOFF_NS;
  for (int tried = 0; send(from->fd, packet->bytes, packet->size, MSG_NOSIGNAL | MSG_DONTWAIT) < 0; tried++) {
    if (errno != EAGAIN) return -1;
    if (tried >= retries) {
      from->dropped++;
      return 0;
    }
    sleep_until(now_ns() + backoff);
    backoff = backoff * 2 < BACKOFF_MAX_NS ? backoff * 2 : BACKOFF_MAX_NS;
  }
  return 0;
}

static void send_next(sandbox *from) {
  const packet *packet = &packets[from->next];
  from->next = (from->next + 1) % packet_count;
  if (stamps && packet->time != NULL) write_time(packet->time);
  const int sent = retries < 0 ? (int)send(from->fd, packet->bytes, packet->size, MSG_NOSIGNAL)
                               : send_or_drop(from, packet);
  if (sent < 0) fail("send");
}

static sandbox start_sandbox(const char *path, int index) {
  return (sandbox){.fd = connect_to(path), .next = (size_t)index * 97 % packet_count};
}

static void end_with_parent(void) {
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) fail("prctl");
}

// As fast as they are taken; when that began.
static int64_t send_freely(const char *path, long messages, int connections) {
  int ready[2], start[2];
  if (pipe(ready) != 0 || pipe(start) != 0) fail("pipe");
  for (int i = 0; i < connections; i++) {
    const pid_t child = fork();
    if (child < 0) fail("fork");
    if (child > 0) continue;
    char byte = 0;
    end_with_parent();
    close(start[1]);
    sandbox own = start_sandbox(path, i);
    if (write(ready[1], &byte, 1) != 1) fail("write");
    if (read(start[0], &byte, 1) != 0) fail("read");  // ends when the parent closes its end
    for (long sent = 0; sent < messages / connections; sent++) send_next(&own);
    _exit(0);
  }
  for (int i = 0; i < connections; i++) {
    char byte;
    if (read(ready[0], &byte, 1) != 1) fail("read");
  }
  const int64_t begin = now_ns();
  close(start[1]);
  int status = 0, failed = 0;
  while (wait(&status) > 0) failed |= status;
  if (failed != 0) exit(1);
  return begin;
}

static int64_t due_after(long sent, long rate) {
  return (int64_t)((double)sent * (double)second_ns / (double)rate);
}

// At a rate; when that began.
static int64_t send_at_rate(const char *path, long messages, int connections, long rate, long warm_up,
                            uint32_t *dropped) {
  // Sleeps end when they are due, and not 50 us later.
  if (prctl(PR_SET_TIMERSLACK, 1) != 0) fail("prctl");
  sandbox *sandboxes = calloc((size_t)connections, sizeof *sandboxes);
  if (sandboxes == NULL) fail("calloc");
  for (int i = 0; i < connections; i++) sandboxes[i] = start_sandbox(path, i);
  const int64_t begin = now_ns();
  long sent = 0;
  for (; sent < warm_up; sent++) send_next(&sandboxes[sent % connections]);
  // As if these, too, had been sent at the rate.
  int64_t origin = now_ns() - due_after(sent, rate);
  while (sent < messages) {
    const int64_t now = now_ns();
    const int64_t late = now - (origin + due_after(sent, rate));
    if (late > LATE_NS) origin += late - LATE_NS;
    for (; sent < messages && origin + due_after(sent, rate) <= now; sent++) {
      send_next(&sandboxes[sent % connections]);
    }
    const int64_t next = origin + due_after(sent, rate);
    sleep_until(next > now + TICK_NS ? next : now + TICK_NS);
  }
  for (int i = 0; i < connections; i++) *dropped += sandboxes[i].dropped;
  return begin;
}

int main(int argc, char **argv) {
  long rate = 0, warm_up = 0;
  for (int option; (option = getopt(argc, argv, "r:w:d:t")) != -1;) {
    switch (option) {
      case 'r':
        rate = atol(optarg);
        break;
      case 'w':
        warm_up = atol(optarg);
        break;
      case 'd':
        retries = atoi(optarg);
        break;
      case 't':
        stamps = 1;
        break;
      default:
        return 2;
    }
  }
  if (argc - optind != 4 || ((retries >= 0 || warm_up > 0) && rate == 0)) return 2;
  end_with_parent();
  const char *path = argv[optind];
  load(argv[optind + 1]);
  const long messages = atol(argv[optind + 2]);
  const int connections = atoi(argv[optind + 3]);
  uint32_t dropped = 0;
  const int64_t begin = rate == 0 ? send_freely(path, messages, connections)
                                  : send_at_rate(path, messages, connections, rate, warm_up, &dropped);
  printf("%lld %lld %lu\n", (long long)begin, (long long)now_ns(), (unsigned long)dropped);
  return 0;
}
