// What the reader thread and the JavaScript thread share: the receiver's insides.
#ifndef SEQPACKET_READER_H
#define SEQPACKET_READER_H

#include <pthread.h>
#include <sys/socket.h>

#include "pace.h"
#include "peer.h"
#include "receiver.h"
#include "scheduling.h"
#include "thread.h"

// Messages asked for in one system call. More brings nothing measurable, and every slot can grow to a whole packet.
enum { SCRATCH_MESSAGES = 32 };

// Events asked for in one call.
enum { EVENTS = 64 };

typedef struct connection {
  int fd;  // -1 where the slot is unused
  uint32_t id;
  uint32_t next_unused;
  int error;         // the first errno that reading gave
  uint8_t failures;  // how often reading failed
  bool established;  // its first packet has come
  bool careful;      // reading tells an empty packet from the end, see mark_packets
  bool hot;          // has more packets than a turn can take, and is read without asking epoll
  bool condemned;    // JavaScript wants it closed; guarded by the lock
} connection;

// Where packets land before they are copied, packed, into a slab. Packets that find the pool full stay here.
typedef struct scratch {
  unsigned char *memory;
  size_t memory_size;
  size_t stride;
  struct mmsghdr messages[SCRATCH_MESSAGES];
  struct iovec parts[SCRATCH_MESSAGES];
  unsigned count;  // messages received by the last call
  unsigned next;   // the first that is not in the pool yet
  bool ended;      // the end of the stream came behind them
  bool swollen;    // a packet made it grow well over its usual size
  uint32_t slot;   // the connection they are of
} scratch;

struct receiver {
  receiver_options options;
  unsigned char *answer;
  pthread_t thread;
  bool joined;  // JavaScript thread only
  int wake_fd;  // an eventfd: JavaScript has changed something below

  pthread_mutex_t lock;  // guards from here ...
  pool pool;
  connection *slots;      // written with the lock held by the reader only, which reads without it
  double counters[COUNTERS];
  pace pace;              // written likewise
  uint64_t taken_at;      // when JavaScript last took a batch, in nanoseconds
  uint32_t held;          // connections that are open or whose end JavaScript has not taken yet
  uint32_t gone;          // connections of which nothing is left, since the giver was last told
  enum closing closing;
  bool stop_accepting;
  bool condemning;  // some connection is condemned
  bool waiting;     // JavaScript waits to be woken
  bool ripe;        // the head may be taken
  bool dozing;      // the reader sleeps without a limit, or did when it slept last
  bool stalled;     // the pool is full, packets wait in the scratch
  bool finished;    // ... to here

  // The reader's own.
  scratch scratch;
  unsigned char *handshake;
  peer peer;
  int listener;       // or where connections are handed over
  int control_epoll;  // the listener, wake_fd, and connections whose first packet has not come
  int all_epoll;      // control_epoll and established connections
  int reserve_fd;     // given up for a moment when no descriptor is left, to refuse a connection properly
  uint64_t accept_again_at;
  scheduling scheduling;
  uint32_t next_id;
  uint32_t first_unused;
  uint32_t live;
  uint64_t *ready;  // the hot connections, and those that the last wait found readable, as tags
  uint32_t ready_count;
  uint32_t ready_next;
  bool late;  // some connection had many packets waiting, since the last wait
  bool draining;
  bool shrunk;  // no packet has come since memory was given back
};

// Decides, with the lock held, whether what is queued may be taken; true when wake() has to be called (unlocked).
bool receiver_ripen(receiver *receiver);

// The thread's body.
void *reader_run(void *receiver);

#endif
