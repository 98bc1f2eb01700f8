#define _GNU_SOURCE
#include "acceptor.h"

#include <errno.h>
#include <unistd.h>

#include "connection.h"
#include "handover.h"

enum {
  ACCEPTS = 64,  // connections accepted in one go
};

void close_listener(receiver *receiver) {
  if (receiver->listener < 0) return;
  unwatch(receiver->control_epoll, receiver->listener);
  close(receiver->listener);
  receiver->listener = -1;
}

static void count_refused(receiver *receiver) {
  pthread_mutex_lock(&receiver->lock);
  receiver->counters[COUNT_REFUSED]++;
  receiver->gone++;
  pthread_mutex_unlock(&receiver->lock);
}

// The number that the next connection shall have, of those that are accepted here.
static uint32_t number_next(receiver *receiver) {
  const uint32_t id = receiver->next_id;
  receiver->next_id = id == UINT32_MAX ? 1 : id + 1;
  return id;
}

// Takes a new connection in: who it is, a slot, a record. False when there is no room for one more.
static bool admit(receiver *receiver, int fd, uint32_t number) {
  pthread_mutex_lock(&receiver->lock);
  const bool room = receiver->held < receiver->options.max_connections && receiver->closing == CLOSING_NO;
  pthread_mutex_unlock(&receiver->lock);
  if (!room) return false;
  const size_t peer_size = peer_read(fd, &receiver->peer);
  if (peer_size == 0) return false;

  connection *connection = &receiver->slots[receiver->first_unused];
  const uint32_t id = receiver->options.takes ? number : number_next(receiver);
  if (!watch(receiver->control_epoll, fd, (uint64_t)id << 32 | receiver->first_unused)) return false;
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

// Whoever gave us connections gives no more: as if JavaScript had closed the receiver.
static void end_taking(receiver *receiver) {
  close_listener(receiver);
  pthread_mutex_lock(&receiver->lock);
  if (receiver->closing == CLOSING_NO) receiver->closing = CLOSING_DRAIN;
  pthread_mutex_unlock(&receiver->lock);
}

static void pause_accepting(receiver *receiver) {
  unwatch(receiver->control_epoll, receiver->listener);
  receiver->accept_again_at = now_ns() + (uint64_t)ACCEPT_PAUSE_MS * NS_PER_MS;
}

static enum arrival next_connection(receiver *receiver, int *fd, uint32_t *number) {
  if (receiver->options.takes) return take_next(receiver->listener, fd, number);
  return accept_next(receiver->listener, &receiver->reserve_fd, fd);
}

void accept_all(receiver *receiver) {
  for (int i = 0; i < ACCEPTS; i++) {
    int fd;
    uint32_t number = 0;
    switch (next_connection(receiver, &fd, &number)) {
      case ARRIVAL_ONE:
        if (admit(receiver, fd, number)) break;
        close(fd);
        count_refused(receiver);
        break;
      case ARRIVAL_REFUSED:
        count_refused(receiver);
        break;
      case ARRIVAL_NONE:
        return;
      case ARRIVAL_FAILED:
        pause_accepting(receiver);
        return;
      case ARRIVAL_END:
        end_taking(receiver);
        return;
    }
  }
}

void tell_giver(receiver *receiver, uint32_t gone) {
  if (gone > 0 && receiver->options.takes && receiver->listener >= 0) tell_gone(receiver->listener, gone);
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
