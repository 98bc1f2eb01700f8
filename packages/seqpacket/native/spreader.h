// The spreader: one listening socket whose connections are handed over to several takers, each to the one that has
// fewest. A thread of its own does it, so that no container's start waits for any JavaScript. This is the side that the
// JavaScript thread calls.
#ifndef SEQPACKET_SPREADER_H
#define SEQPACKET_SPREADER_H

#include <stdbool.h>
#include <stdint.h>

enum { TAKERS = 64 };  // shares that are out or taken at the same time

typedef struct spreader spreader;

typedef struct spreader_options {
  uint32_t max_connections;  // that takers have, all together
  void (*wake)(void *argument);  // called on the thread when there is news, at most once until the next spreader_look
  void *wake_argument;
} spreader_options;

enum share_state {
  SHARE_OUT = 1,    // nobody takes at it yet
  SHARE_TAKEN = 2,
  SHARE_GONE = 3,   // whoever took is gone
};

typedef struct share_figures {
  uint32_t number;
  enum share_state state;
  uint32_t held;    // connections of which something is left
  double handed;    // connections since it was made
} share_figures;

typedef struct spreader_figures {
  double accepted;
  double refused;
  uint32_t shares;
  share_figures each[TAKERS];
} spreader_figures;

// What a taker needs: a descriptor, which stays the spreader's, and by what to know it from another of that number.
typedef struct share {
  uint32_t number;
  int descriptor;
  uint32_t inode;
} share;

// Starts a thread that owns `listener` from then on. NULL with errno set and the kind of call that failed in `syscall`,
// and then `listener` is still the caller's.
spreader *spreader_start(int listener, const spreader_options *options, const char **syscall);

// One more share. 0, or an errno: ENOSPC where there are too many.
int spreader_share(spreader *spreader, share *share, const char **syscall);

// Takes a share back that nobody has taken. Of one that somebody has, or that is gone, nothing changes.
void spreader_withdraw(spreader *spreader, uint32_t number);

// The figures as they stand. Shares that are gone are told of once.
void spreader_look(spreader *spreader, spreader_figures *figures);

// Stops listening and hangs up on every taker; waits for the thread, which never waits. May be called more than once.
void spreader_close(spreader *spreader);

void spreader_destroy(spreader *spreader);

// A taker's own descriptor of a share, for receiver_start. -1 with errno set: EBADF where it was taken before.
int share_take(int descriptor, uint32_t inode, const char **syscall);

#endif
