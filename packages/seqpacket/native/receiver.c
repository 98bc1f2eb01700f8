#define _GNU_SOURCE
#include "receiver.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "connection.h"
#include "handover.h"

static void poke(receiver *receiver) {
  if (receiver->joined) return;
  const uint64_t one = 1;
  // It fails only when the counter is full, and then the reader is woken already.
  if (write(receiver->wake_fd, &one, sizeof one) < 0) return;
}

static bool create_scratch(receiver *receiver) {
  scratch *scratch = &receiver->scratch;
  // The odd part keeps the beginnings of the slots, all that small packets touch, out of each other's cache sets.
  scratch->stride = receiver->options.max_packet_size + 1088;
  scratch->memory_size = scratch->stride * SCRATCH_MESSAGES;
  void *memory = mmap(NULL, scratch->memory_size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return false;
  scratch->memory = memory;
  // With huge pages the first byte of every slot would make megabytes resident. Where there are none, it fails: fine.
  (void)madvise(memory, scratch->memory_size, MADV_NOHUGEPAGE);
  for (size_t i = 0; i < SCRATCH_MESSAGES; i++) {
    scratch->parts[i].iov_base = scratch->memory + i * scratch->stride;
    scratch->parts[i].iov_len = receiver->options.max_packet_size;
    scratch->messages[i].msg_hdr.msg_iov = &scratch->parts[i];
    scratch->messages[i].msg_hdr.msg_iovlen = 1;
  }
  return true;
}

static bool create_memory(receiver *receiver, const receiver_options *options) {
  receiver->answer = malloc(options->answer_size + 1);
  if (receiver->answer == NULL) return false;
  if (options->answer_size > 0) memcpy(receiver->answer, options->answer, options->answer_size);
  receiver->slots = calloc(options->max_connections, sizeof *receiver->slots);
  receiver->ready = calloc((size_t)options->max_connections + EVENTS, sizeof *receiver->ready);
  receiver->handshake = malloc(options->max_handshake_size);
  if (receiver->slots == NULL || receiver->ready == NULL || receiver->handshake == NULL) return false;
  for (uint32_t i = 0; i < options->max_connections; i++) {
    receiver->slots[i].fd = -1;
    receiver->slots[i].next_unused = i + 1;
  }
  return create_scratch(receiver) && pool_create(&receiver->pool, options->slab_count, options->slab_size);
}

static bool create_descriptors(receiver *receiver) {
  receiver->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  receiver->control_epoll = epoll_create1(EPOLL_CLOEXEC);
  receiver->all_epoll = epoll_create1(EPOLL_CLOEXEC);
  receiver->reserve_fd = open_reserve();
  return receiver->wake_fd >= 0 && receiver->control_epoll >= 0 && receiver->all_epoll >= 0 &&
         receiver->reserve_fd >= 0 && watch(receiver->control_epoll, receiver->listener, TAG_LISTENER) &&
         watch(receiver->control_epoll, receiver->wake_fd, TAG_WAKE) &&
         watch(receiver->all_epoll, receiver->control_epoll, TAG_CONTROL);
}

static void close_if_open(int fd) {
  if (fd >= 0) close(fd);
}

static void free_receiver(receiver *receiver) {
  close_if_open(receiver->wake_fd);
  close_if_open(receiver->control_epoll);
  close_if_open(receiver->all_epoll);
  close_if_open(receiver->reserve_fd);
  pool_destroy(&receiver->pool);
  if (receiver->scratch.memory != NULL) munmap(receiver->scratch.memory, receiver->scratch.memory_size);
  free(receiver->handshake);
  free(receiver->ready);
  free(receiver->slots);
  free(receiver->answer);
  pthread_mutex_destroy(&receiver->lock);
  free(receiver);
}

receiver *receiver_start(int listener, const receiver_options *options, const char **syscall) {
  *syscall = "malloc";
  receiver *receiver = calloc(1, sizeof *receiver);
  if (receiver == NULL) return NULL;
  receiver->options = *options;
  receiver->options.answer = NULL;  // the caller's; create_memory copies it
  receiver->wake_fd = receiver->control_epoll = receiver->all_epoll = receiver->reserve_fd = -1;
  receiver->next_id = 1;
  receiver->listener = listener;
  int code = pthread_mutex_init(&receiver->lock, NULL);
  if (code != 0) {
    free(receiver);
    errno = code;
    return NULL;
  }
  *syscall = "mmap";
  code = create_memory(receiver, options) ? 0 : ENOMEM;
  if (code == 0) {
    *syscall = "epoll_ctl";
    code = create_descriptors(receiver) ? 0 : errno;
  }
  if (code == 0) {
    *syscall = "pthread_create";
    code = start_thread(&receiver->thread, reader_run, receiver);
  }
  if (code == 0) return receiver;
  free_receiver(receiver);
  errno = code;
  return NULL;
}

bool receiver_ripen(receiver *receiver) {
  const segment *head = receiver->pool.head;
  if (head == NULL) return false;
  if (!receiver->ripe) {
    receiver->ripe = head != receiver->pool.tail || head->bytes_used >= head->bytes_size / 4 ||
                     head->records_used >= head->records_size / 4 || receiver->stalled || receiver->finished ||
                     now_ns() - receiver->taken_at >=
                         pace_gathers_for(&receiver->pace, receiver->options.gather_ms);
  }
  if (!receiver->ripe || !receiver->waiting) return false;
  receiver->waiting = false;
  receiver->counters[COUNT_WAKEUPS]++;
  return true;
}

segment *receiver_next(receiver *receiver, bool wait) {
  pthread_mutex_lock(&receiver->lock);
  segment *head = receiver->pool.head;
  if (head != NULL && receiver->ripe) {
    head->sealed = true;
  } else {
    // Nothing more will come: the memory need not wait for the garbage collector.
    if (head == NULL && receiver->finished) pool_destroy(&receiver->pool);
    head = NULL;
    // Without `wait` somebody else may be waiting still.
    receiver->waiting = !receiver->finished && (wait || receiver->waiting);
  }
  pthread_mutex_unlock(&receiver->lock);
  return head;
}

segment *receiver_spare(receiver *receiver) {
  // The pool is destroyed on this thread only.
  return slabs_get(receiver->pool.slabs);
}

static bool remove_head(pool *pool, segment *spare) {
  if (spare == NULL) return pool_remove_head(pool);
  pool_replace_head(pool, spare);
  return true;
}

static void take_head(receiver *receiver, segment *spare) {
  pthread_mutex_lock(&receiver->lock);
  receiver->taken_at = now_ns();
  const uint32_t gone = receiver->pool.head->closed;
  receiver->held -= gone;
  receiver->gone += gone;
  const bool resume = remove_head(&receiver->pool, spare) && receiver->stalled;
  receiver->ripe = false;
  const bool wake = receiver_ripen(receiver);
  receiver->counters[COUNT_BATCHES]++;
  // What is left still has to gather, but the reader may sleep without a limit, because what was taken was ready.
  const bool forgotten = receiver->pool.head != NULL && !receiver->ripe && receiver->dozing;
  unlock_and_wake(receiver, wake);
  if (resume || forgotten || (gone > 0 && receiver->options.takes)) poke(receiver);
}

void receiver_taken(receiver *receiver) {
  take_head(receiver, NULL);
}

void receiver_kept(receiver *receiver, segment *spare) {
  take_head(receiver, spare);
}

bool receiver_finished(receiver *receiver) {
  pthread_mutex_lock(&receiver->lock);
  const bool finished = receiver->finished;
  pthread_mutex_unlock(&receiver->lock);
  return finished;
}

void receiver_stop_accepting(receiver *receiver) {
  pthread_mutex_lock(&receiver->lock);
  receiver->stop_accepting = true;
  pthread_mutex_unlock(&receiver->lock);
  poke(receiver);
}

void receiver_close_connection(receiver *receiver, uint32_t id) {
  bool found = false;
  pthread_mutex_lock(&receiver->lock);
  for (uint32_t i = 0; i < receiver->options.max_connections && !found; i++) {
    connection *connection = &receiver->slots[i];
    found = connection->fd >= 0 && connection->id == id;
    if (found) connection->condemned = receiver->condemning = true;
  }
  pthread_mutex_unlock(&receiver->lock);
  if (found) poke(receiver);
}

void receiver_close(receiver *receiver, enum closing how) {
  pthread_mutex_lock(&receiver->lock);
  if (how > receiver->closing) receiver->closing = how;
  pthread_mutex_unlock(&receiver->lock);
  poke(receiver);
}

void receiver_join(receiver *receiver) {
  if (receiver->joined) return;
  receiver->joined = true;
  (void)pthread_join(receiver->thread, NULL);
  close_if_open(receiver->wake_fd);
  receiver->wake_fd = -1;
}

void receiver_destroy(receiver *receiver) {
  receiver_close(receiver, CLOSING_ABORT);
  receiver_join(receiver);
  free_receiver(receiver);
}

void receiver_count(receiver *receiver, double counters[COUNTERS]) {
  pthread_mutex_lock(&receiver->lock);
  memcpy(counters, receiver->counters, sizeof receiver->counters);
  pthread_mutex_unlock(&receiver->lock);
}
