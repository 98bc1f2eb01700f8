#define _GNU_SOURCE
#include "acceptor.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "connection.h"

enum {
  ACCEPTS = 64,  // connections accepted in one go
};

void close_listener(receiver *receiver) {
  if (receiver->listener < 0) return;
  unwatch(receiver->control_epoll, receiver->listener);
  close(receiver->listener);
  receiver->listener = -1;
}

static void refuse(receiver *receiver, int fd) {
  close(fd);
  pthread_mutex_lock(&receiver->lock);
  receiver->counters[COUNT_REFUSED]++;
  pthread_mutex_unlock(&receiver->lock);
}

// Takes a new connection in: who it is, a slot, a record. False when there is no room for one more.
static bool admit(receiver *receiver, int fd) {
  pthread_mutex_lock(&receiver->lock);
  const bool room = receiver->held < receiver->options.max_connections && receiver->closing == CLOSING_NO;
  pthread_mutex_unlock(&receiver->lock);
  if (!room) return false;
  const size_t peer_size = peer_read(fd, &receiver->peer);
  if (peer_size == 0) return false;

  connection *connection = &receiver->slots[receiver->first_unused];
  const uint32_t id = receiver->next_id;
  if (!watch(receiver->control_epoll, fd, (uint64_t)id << 32 | receiver->first_unused)) return false;
  receiver->next_id = id == UINT32_MAX ? 1 : id + 1;
  receiver->first_unused = connection->next_unused;
  receiver->live++;
  pthread_mutex_lock(&receiver->lock);
  connection->fd = fd;
  connection->id = id;
  connection->error = 0;
  connection->failures = 0;
  connection->established = false;
  connection->careful = false;
  connection->hot = false;
  connection->condemned = false;
  receiver->held++;
  receiver->counters[COUNT_ACCEPTED]++;
  receiver->counters[COUNT_OPEN]++;
  add_control(receiver, RECORD_OPEN, id, &receiver->peer, (uint32_t)peer_size, (uint32_t)peer_size);
  unlock_and_wake(receiver, receiver_ripen(receiver));
  return true;
}

// No descriptor is left: gives up the reserve to take the connection and close it, so that the peer learns of it and
// the listener does not stay readable for ever. False where even that fails.
static bool refuse_with_reserve(receiver *receiver) {
  if (receiver->reserve_fd < 0) return false;
  close(receiver->reserve_fd);
  const int fd = accept4(receiver->listener, NULL, NULL, SOCK_CLOEXEC);
  if (fd >= 0) refuse(receiver, fd);
  receiver->reserve_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
  return fd >= 0;
}

void accept_all(receiver *receiver) {
  for (int i = 0; i < ACCEPTS; i++) {
    const int fd = accept4(receiver->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd >= 0) {
      if (!admit(receiver, fd)) refuse(receiver, fd);
    } else if (errno == EINTR || errno == ECONNABORTED) {
      continue;
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return;
    } else if (!((errno == EMFILE || errno == ENFILE) && refuse_with_reserve(receiver))) {
      if (receiver->reserve_fd < 0) receiver->reserve_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
      unwatch(receiver->control_epoll, receiver->listener);
      receiver->accept_again_at = now_ns() + (uint64_t)ACCEPT_PAUSE_MS * NS_PER_MS;
      return;
    }
  }
}

void shake_hands(receiver *receiver, connection *connection) {
  const receiver_options *options = &receiver->options;
  struct iovec part = {.iov_base = receiver->handshake, .iov_len = options->max_handshake_size};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  const ssize_t size = recvmsg(connection->fd, &message, MSG_DONTWAIT | MSG_TRUNC);
  if (size < 0 && !fail(connection, errno)) return;
  if (size < 0 || (is_end(&message, (size_t)size) && connection->careful)) {
    close_connection(receiver, connection, connection->error);
    return;
  }
  if (is_end(&message, (size_t)size) && !is_open(connection)) return;
  const bool whole = (size_t)size <= options->max_handshake_size;
  if (whole && options->answer_size > 0 && !receiver->draining &&
      send(connection->fd, receiver->answer, options->answer_size, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
    connection->error = errno;
  }
  unwatch(receiver->control_epoll, connection->fd);
  connection->established = true;
  pthread_mutex_lock(&receiver->lock);
  receiver->counters[whole ? COUNT_HANDSHAKES : COUNT_TRUNCATED]++;
  add_control(receiver, whole ? RECORD_HANDSHAKE : RECORD_TRUNCATED, connection->id, receiver->handshake,
              whole ? (uint32_t)size : 0, (uint32_t)size);
  unlock_and_wake(receiver, receiver_ripen(receiver));
  if (!watch(receiver->all_epoll, connection->fd, tag_of(receiver, connection))) {
    close_connection(receiver, connection, errno);
  }
}
