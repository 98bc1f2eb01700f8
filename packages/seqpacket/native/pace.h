// How many records come, of packets above all, and whether JavaScript takes them.
#ifndef SEQPACKET_PACE_H
#define SEQPACKET_PACE_H

#include <stdbool.h>
#include <stdint.h>

// Counted for five milliseconds at least. All zero at first.
typedef struct pace {
  uint64_t from;   // in nanoseconds: since then ...
  double records;  // ... so many have come
  bool busy;       // many came before: it pays to let them gather, and their senders go on
  bool flooded;    // very many did, and JavaScript takes them: it pays to let them gather for longer
  bool absent;     // JavaScript takes nothing, though it was woken
} pace;

// Counts what has come, of whatever kind: JavaScript is woken for all. It is `waiting` to be woken, or last took a batch
// at `taken_at`, in nanoseconds.
void pace_count(pace *pace, double records, bool waiting, uint64_t taken_at);

// How long what has come may gather, in nanoseconds, where it gathers for `gather_ms`.
uint64_t pace_gathers_for(const pace *pace, uint32_t gather_ms);

#endif
