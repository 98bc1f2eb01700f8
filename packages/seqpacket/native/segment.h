// Some packets, or news of connections, and the records that describe them.
#ifndef SEQPACKET_SEGMENT_H
#define SEQPACKET_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RECORD_WORDS = 4 };

typedef struct segment {
  struct segment *next;
  struct slabs *home;  // where a slab belongs; NULL for a spill, allocated for control records while every slab was full
  unsigned char *bytes;
  size_t bytes_size;
  size_t bytes_used;
  uint32_t *records;
  size_t records_size;
  size_t records_used;
  uint32_t closed;  // how many of the records are RECORD_CLOSED
  bool sealed;      // JavaScript is taking it: nothing may be added
} segment;

// For use again: as it was when it was made.
static inline void segment_clear(segment *segment) {
  segment->bytes_used = segment->records_used = 0;
  segment->closed = 0;
  segment->sealed = false;
}

#endif
