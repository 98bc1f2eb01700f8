#define _GNU_SOURCE
#include "reader.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "acceptor.h"
#include "connection.h"

enum {
  TURN_CALLS = 16,    // reads from one connection before the next has its turn
  SWOLLEN = 1 << 16,  // a packet of more bytes leaves memory behind that is worth giving back
  REST_MS = 1000,     // after so long without anything to do, memory is given back
  LATE = 64,          // packets; a socket holds some 280 small ones where nobody has changed the system's default
};

// Moves what the scratch holds into the pool; false when the pool is full before the scratch is empty.
static bool store(receiver *receiver) {
  scratch *scratch = &receiver->scratch;
  const uint32_t id = receiver->slots[scratch->slot].id;
  const uint32_t limit = receiver->options.max_packet_size;
  double bytes = 0, packets = 0, truncated = 0;
  bool room = true;
  pthread_mutex_lock(&receiver->lock);
  for (; scratch->next < scratch->count; scratch->next++) {
    const uint32_t size = scratch->messages[scratch->next].msg_len;
    if (size > limit) {
      room = pool_add(&receiver->pool, RECORD_TRUNCATED, id, NULL, 0, size);
      truncated += room;
    } else {
      room = pool_add(&receiver->pool, RECORD_PACKET, id, scratch->parts[scratch->next].iov_base, size, size);
      packets += room;
      bytes += room ? size : 0;
    }
    if (!room) break;
  }
  pace_count(&receiver->pace, packets + truncated, receiver->waiting, receiver->taken_at);
  receiver->counters[COUNT_PACKETS] += packets;
  receiver->counters[COUNT_BYTES] += bytes;
  receiver->counters[COUNT_TRUNCATED] += truncated;
  if (!room && !receiver->stalled) receiver->counters[COUNT_STALLS]++;
  receiver->stalled = !room;
  unlock_and_wake(receiver, receiver_ripen(receiver));
  return room;
}

// Reads a batch into the scratch; false where nothing came.
static bool fill(receiver *receiver, connection *connection) {
  scratch *scratch = &receiver->scratch;
  scratch->slot = (uint32_t)(connection - receiver->slots);
  scratch->count = scratch->next = 0;
  struct mmsghdr *messages = scratch->messages;
  const int count = recvmmsg(connection->fd, messages, SCRATCH_MESSAGES, MSG_DONTWAIT | MSG_TRUNC, NULL);
  if (count < 0) {
    scratch->ended = fail(connection, errno);
    return scratch->ended;
  }
  int packets = count;
  while (packets > 0 && is_end(&messages[packets - 1].msg_hdr, messages[packets - 1].msg_len)) packets--;
  scratch->ended = packets < count && connection->careful;
  if (packets < count && !scratch->ended && is_open(connection)) packets = count;
  scratch->count = (unsigned)packets;
  receiver->shrunk = false;
  for (int i = 0; i < packets; i++) {
    if (messages[i].msg_len > SWOLLEN) scratch->swollen = true;
  }
  return true;
}

// After a batch is stored: whether the connection has ended, which closes it.
static bool end(receiver *receiver, connection *connection) {
  if (!receiver->scratch.ended) return false;
  close_connection(receiver, connection, connection->error);
  return true;
}

// A connection that epoll watches costs its sender time with every packet, even while nobody waits. So one that is not
// empty after its turn leaves epoll, is read by turns until it is, and then goes back.
static void heat(receiver *receiver, connection *connection) {
  if (connection->hot) return;
  unwatch(receiver->all_epoll, connection->fd);
  connection->hot = true;
}

static void cool(receiver *receiver, connection *connection) {
  if (!connection->hot || connection->fd < 0) return;
  connection->hot = !watch(receiver->all_epoll, connection->fd, tag_of(receiver, connection));
}

// Reads an established connection for its turn; false when the pool is full.
static bool serve(receiver *receiver, connection *connection) {
  for (int i = 0; i < TURN_CALLS; i++) {
    if (i * SCRATCH_MESSAGES >= LATE) receiver->late = true;
    if (fill(receiver, connection)) {
      if (!store(receiver)) {
        heat(receiver, connection);
        return false;
      }
      if (end(receiver, connection)) return true;
    }
    if (receiver->scratch.count == 0) cool(receiver, connection);
    if (receiver->scratch.count < SCRATCH_MESSAGES) return true;
  }
  heat(receiver, connection);
  return true;
}

static void attend_control(receiver *receiver, uint64_t tag, uint32_t events) {
  if (tag == TAG_LISTENER) {
    if (receiver->listener >= 0) accept_all(receiver);
  } else if (tag == TAG_WAKE) {
    uint64_t count;
    if (read(receiver->wake_fd, &count, sizeof count) < 0) return;
  } else {
    connection *connection = find(receiver, tag);
    if (connection == NULL) return;
    if ((events & EPOLLRDHUP) != 0) mark_packets(connection);
    shake_hands(receiver, connection);
  }
}

static void attend_controls(receiver *receiver, int timeout) {
  struct epoll_event events[EVENTS];
  const int count = epoll_wait(receiver->control_epoll, events, EVENTS, timeout);
  for (int i = 0; i < count; i++) attend_control(receiver, events[i].data.u64, events[i].events);
}

static void close_all(receiver *receiver) {
  for (uint32_t i = 0; i < receiver->options.max_connections && receiver->live > 0; i++) {
    if (receiver->slots[i].fd >= 0) close_connection(receiver, &receiver->slots[i], 0);
  }
}

static void close_condemned(receiver *receiver) {
  for (uint32_t i = 0; i < receiver->options.max_connections; i++) {
    if (receiver->slots[i].fd < 0) continue;
    pthread_mutex_lock(&receiver->lock);
    const bool condemned = receiver->slots[i].condemned;
    pthread_mutex_unlock(&receiver->lock);
    if (condemned) close_connection(receiver, &receiver->slots[i], 0);
  }
}

// Ends every connection for its peer. What a socket holds stays readable, and its end comes behind.
static void drain_all(receiver *receiver) {
  if (receiver->draining) return;
  receiver->draining = true;
  for (uint32_t i = 0; i < receiver->options.max_connections; i++) {
    if (receiver->slots[i].fd >= 0) (void)shutdown(receiver->slots[i].fd, SHUT_RDWR);
  }
}

// Does what JavaScript has asked for; false when the thread shall end.
static bool obey(receiver *receiver) {
  pthread_mutex_lock(&receiver->lock);
  const enum closing closing = receiver->closing;
  const bool stop_accepting = receiver->stop_accepting;
  const bool condemning = receiver->condemning;
  receiver->condemning = false;
  const uint32_t gone = receiver->gone;
  receiver->gone = 0;
  pthread_mutex_unlock(&receiver->lock);
  if (closing == CLOSING_ABORT) return false;
  tell_giver(receiver, gone);
  if (stop_accepting || closing != CLOSING_NO) close_listener(receiver);
  if (condemning) close_condemned(receiver);
  if (closing == CLOSING_DRAIN) drain_all(receiver);
  if (closing == CLOSING_DISCARD) close_all(receiver);
  return closing == CLOSING_NO || receiver->live > 0;
}

// How long the thread may sleep: until a small batch has gathered long enough, or accepting is to be tried again.
static int sleep_ms(receiver *receiver) {
  uint64_t until = UINT64_MAX;
  pthread_mutex_lock(&receiver->lock);
  const bool wake = receiver_ripen(receiver);
  if (receiver->pool.head != NULL && !receiver->ripe) {
    until = receiver->taken_at + pace_gathers_for(&receiver->pace, receiver->options.gather_ms);
  }
  receiver->dozing = until == UINT64_MAX;
  unlock_and_wake(receiver, wake);
  if (receiver->accept_again_at != 0 && receiver->listener >= 0) {
    if (receiver->accept_again_at <= now_ns()) {
      receiver->accept_again_at = 0;
      if (!watch(receiver->control_epoll, receiver->listener, TAG_LISTENER)) {
        receiver->accept_again_at = now_ns() + (uint64_t)ACCEPT_PAUSE_MS * NS_PER_MS;
      }
    }
    if (receiver->accept_again_at != 0 && receiver->accept_again_at < until) until = receiver->accept_again_at;
  }
  if (until == UINT64_MAX) return -1;
  const uint64_t now = now_ns();
  return until <= now ? 0 : (int)((until - now + NS_PER_MS - 1) / NS_PER_MS);
}

// Gives back what load has taken: memory to the system, which it has made resident, and the core to others.
static void rest(receiver *receiver) {
  scratch *scratch = &receiver->scratch;
  if (scratch->swollen) (void)madvise(scratch->memory, scratch->memory_size, MADV_DONTNEED);
  scratch->swollen = false;
  slabs_trim(receiver->pool.slabs);
  receiver->shrunk = true;
  be_usual(&receiver->scheduling);
  pthread_mutex_lock(&receiver->lock);
  receiver->pace = (pace){0};
  pthread_mutex_unlock(&receiver->lock);
}

// Begins the list of connections to be served with those that are read without asking epoll.
static void keep_hot(receiver *receiver) {
  uint32_t hot = 0;
  for (uint32_t i = 0; i < receiver->ready_count; i++) {
    const connection *connection = find(receiver, receiver->ready[i]);
    if (connection != NULL && connection->hot) receiver->ready[hot++] = receiver->ready[i];
  }
  receiver->ready_count = hot;
  receiver->ready_next = 0;
}

// Waits for events. While the pool is full only the control ones count: new connections, first packets, JavaScript.
static void wait_for_events(receiver *receiver, bool stalled) {
  int timeout = sleep_ms(receiver);
  if (stalled) {
    be_usual(&receiver->scheduling);  // senders have to wait anyway
    attend_controls(receiver, timeout);
    return;
  }
  keep_hot(receiver);
  if (receiver->ready_count > 0) timeout = 0;
  const bool resting = timeout < 0 && !receiver->shrunk;
  struct epoll_event events[EVENTS];
  const int count = epoll_wait(receiver->all_epoll, events, EVENTS, resting ? REST_MS : timeout);
  if (resting && count == 0) rest(receiver);
  bool control = false;
  for (int i = 0; i < count; i++) {
    const uint64_t tag = events[i].data.u64;
    if (tag == TAG_CONTROL) {
      control = true;
      continue;
    }
    connection *connection = find(receiver, tag);
    if (connection == NULL) continue;
    if ((events[i].events & EPOLLRDHUP) != 0) mark_packets(connection);
    receiver->ready[receiver->ready_count++] = tag;
  }
  if (control) attend_controls(receiver, 0);
  if (receiver->ready_count == 0) return;
  get_along(&receiver->scheduling, &receiver->pace, receiver->late);
  receiver->late = false;
}

// Serves the connections that the last wait found readable, each for its turn; false when the pool is full. The next
// call goes on where this one stopped, so nobody loses a turn to a full pool.
static bool serve_ready(receiver *receiver) {
  if (receiver->scratch.next < receiver->scratch.count) {
    if (!store(receiver)) return false;
    end(receiver, &receiver->slots[receiver->scratch.slot]);
  }
  while (receiver->ready_next < receiver->ready_count) {
    connection *connection = find(receiver, receiver->ready[receiver->ready_next++]);
    if (connection != NULL && !serve(receiver, connection)) return false;
  }
  return true;
}

static void finish(receiver *receiver) {
  close_listener(receiver);
  for (uint32_t i = 0; i < receiver->options.max_connections && receiver->live > 0; i++) {
    if (receiver->slots[i].fd < 0) continue;
    close(receiver->slots[i].fd);
    receiver->slots[i].fd = -1;
    receiver->live--;
  }
  close(receiver->control_epoll);
  close(receiver->all_epoll);
  if (receiver->reserve_fd >= 0) close(receiver->reserve_fd);
  receiver->control_epoll = receiver->all_epoll = receiver->reserve_fd = -1;
  munmap(receiver->scratch.memory, receiver->scratch.memory_size);
  receiver->scratch.memory = NULL;
  pthread_mutex_lock(&receiver->lock);
  receiver->finished = true;
  receiver->ripe = true;
  receiver->waiting = false;
  const bool tell = receiver->closing != CLOSING_ABORT;
  unlock_and_wake(receiver, tell);
}

void *reader_run(void *argument) {
  receiver *receiver = argument;
  (void)prctl(PR_SET_NAME, "seqpacket");
  for (;;) {
    const bool stalled = !serve_ready(receiver);
    // After the serving, which may have ended the last connection: nothing would wake a wait for more.
    if (!obey(receiver)) break;
    wait_for_events(receiver, stalled);
  }
  finish(receiver);
  return NULL;
}
