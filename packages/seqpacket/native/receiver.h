// The receiver: a socket that connections come from, the connections, and the thread that reads them all. This is the
// side that the JavaScript thread calls; reader.c is the thread.
#ifndef SEQPACKET_RECEIVER_H
#define SEQPACKET_RECEIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pool.h"

typedef struct receiver receiver;

typedef struct receiver_options {
  uint32_t max_connections;
  uint32_t max_packet_size;
  uint32_t max_handshake_size;
  uint32_t slab_count;
  uint32_t slab_size;
  uint32_t gather_ms;
  bool takes;          // the socket is one that connections are handed over at, see handover.h
  const void *answer;  // sent in return for the first packet of every connection; size 0 for none
  size_t answer_size;
  void (*wake)(void *argument);  // called on the reader thread, at most once until the next receiver_next
  void *wake_argument;
} receiver_options;

enum receiver_counter {
  COUNT_ACCEPTED,
  COUNT_REFUSED,
  COUNT_OPEN,
  COUNT_HANDSHAKES,
  COUNT_PACKETS,
  COUNT_BYTES,
  COUNT_TRUNCATED,
  COUNT_DISCARDED,
  COUNT_STALLS,
  COUNT_WAKEUPS,
  COUNT_BATCHES,
  COUNTERS,
};

enum closing {
  CLOSING_NO,
  CLOSING_DRAIN,    // read what the sockets still hold, then end
  CLOSING_DISCARD,  // end without reading, but with a record for every connection
  CLOSING_ABORT,    // end at once and tell nobody
};

// Starts a thread that owns `listener` from then on, a listening socket or the taking end of a handover. NULL with errno
// set and the kind of call that failed in `syscall`, and then `listener` is still the caller's.
receiver *receiver_start(int listener, const receiver_options *options, const char **syscall);

// The oldest batch if it is ready, sealed until receiver_taken. With `wait`, NULL means that wake() will be called.
segment *receiver_next(receiver *receiver, bool wait);

// Gives back what receiver_next returned.
void receiver_taken(receiver *receiver);

// An empty slab, for receiver_kept or slabs_put; NULL where there is no memory.
segment *receiver_spare(receiver *receiver);

// What receiver_next returned, a slab, is the caller's from now on, until slabs_put; `spare` takes its place.
void receiver_kept(receiver *receiver, segment *spare);

// True once the thread has nothing left to do: every socket is closed, and receiver_next will get no more than it has.
bool receiver_finished(receiver *receiver);

void receiver_stop_accepting(receiver *receiver);
void receiver_close_connection(receiver *receiver, uint32_t connection);
void receiver_close(receiver *receiver, enum closing how);

// Waits for the thread to end; call after it has finished or was told to abort. May be called more than once.
void receiver_join(receiver *receiver);

// Joins and frees all.
void receiver_destroy(receiver *receiver);

void receiver_count(receiver *receiver, double counters[COUNTERS]);

#endif
