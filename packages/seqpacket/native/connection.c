#define _GNU_SOURCE
#include "connection.h"

#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum {
  FAILURES = 8,  // errors on one connection before it is given up
};

uint64_t tag_of(const receiver *receiver, const connection *connection) {
  return (uint64_t)connection->id << 32 | (uint32_t)(connection - receiver->slots);
}

bool watch(int epoll, int fd, uint64_t tag) {
  struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP, .data.u64 = tag};
  return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

void unwatch(int epoll, int fd) {
  (void)epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL);
}

void unlock_and_wake(receiver *receiver, bool wake) {
  pthread_mutex_unlock(&receiver->lock);
  if (wake) receiver->options.wake(receiver->options.wake_argument);
}

// Without memory there is nothing to do but wait for some: losing the record
// would leave JavaScript with a connection that never ends.
void add_control(receiver *receiver, uint32_t kind, uint32_t id, const void *bytes, uint32_t size, uint32_t word) {
  while (!pool_add_control(&receiver->pool, kind, id, bytes, size, word) && receiver->closing != CLOSING_ABORT) {
    pthread_mutex_unlock(&receiver->lock);
    const struct timespec pause = {.tv_nsec = 10 * NS_PER_MS};
    nanosleep(&pause, NULL);
    pthread_mutex_lock(&receiver->lock);
  }
  pace_count(&receiver->pace, 1, receiver->waiting, receiver->taken_at);
}

void close_connection(receiver *receiver, connection *connection, int error) {
  scratch *scratch = &receiver->scratch;
  const uint32_t slot = (uint32_t)(connection - receiver->slots);
  // Explicitly: a child process between fork and exec may hold the socket open, and its events would go on.
  const int epoll = connection->established ? receiver->all_epoll : receiver->control_epoll;
  if (!connection->hot) unwatch(epoll, connection->fd);
  close(connection->fd);
  pthread_mutex_lock(&receiver->lock);
  if (scratch->slot == slot && scratch->next < scratch->count) {
    receiver->counters[COUNT_DISCARDED] += scratch->count - scratch->next;
    scratch->next = scratch->count;
    receiver->stalled = false;
  }
  connection->fd = -1;
  connection->condemned = false;
  receiver->counters[COUNT_OPEN]--;
  add_control(receiver, RECORD_CLOSED, connection->id, NULL, 0, (uint32_t)error);
  unlock_and_wake(receiver, receiver_ripen(receiver));
  connection->next_unused = receiver->first_unused;
  receiver->first_unused = slot;
  receiver->live--;
}

void mark_packets(connection *connection) {
  const int on = 1;
  if (!connection->careful) (void)setsockopt(connection->fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
  connection->careful = true;
}

bool is_end(const struct msghdr *message, size_t size) {
  return size == 0 && (message->msg_flags & MSG_CTRUNC) == 0;
}

bool is_open(connection *connection) {
  mark_packets(connection);
  struct pollfd hangup = {.fd = connection->fd, .events = POLLRDHUP};
  return poll(&hangup, 1, 0) == 0;
}

// After an error the socket may still hold packets: a peer that closes with our answer unread leaves ECONNRESET before
// them. So reading goes on to the end of the stream, within reason; true where that is reached.
bool fail(connection *connection, int error) {
  if (error == EAGAIN || error == EWOULDBLOCK || error == EINTR) return false;
  if (connection->error == 0) connection->error = error;
  return ++connection->failures >= FAILURES;
}

connection *find(receiver *receiver, uint64_t tag) {
  connection *connection = &receiver->slots[(uint32_t)tag];
  return connection->fd >= 0 && connection->id == tag >> 32 ? connection : NULL;
}
