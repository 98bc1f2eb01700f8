// The bounded store between the reader thread and JavaScript: a queue of segments, each some bytes and the records
// that describe them. Nothing here locks; the receiver's mutex guards every call.
#ifndef SEQPACKET_POOL_H
#define SEQPACKET_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "segment.h"
#include "slabs.h"

// What a record tells. The same numbers stand in src/packet-batch.ts.
enum record_kind {
  RECORD_OPEN = 1,       // payload: pid, uid, gid as u32 and the command line; fourth word its size
  RECORD_HANDSHAKE = 2,  // payload: the first packet; fourth word its size
  RECORD_PACKET = 3,     // payload: a later packet; fourth word its size
  RECORD_TRUNCATED = 4,  // no payload; fourth word the true size of a packet over its limit
  RECORD_CLOSED = 5,     // no payload; fourth word the errno, 0 for an orderly end
};

typedef struct pool {
  slabs *slabs;
  segment *unused;  // a stack, so that few slabs stay warm in the cache
  segment *head;    // the oldest segment with content
  segment *tail;
} pool;

// Reserves the slabs; false where there is no memory. They are touched, and so resident, only as they fill.
bool pool_create(pool *pool, size_t slab_count, size_t slab_size);

// Frees all. May be called more than once.
void pool_destroy(pool *pool);

// Adds a record of the data kinds; false when the pool is full, and then nothing has changed.
bool pool_add(pool *pool, uint32_t kind, uint32_t connection, const void *bytes, uint32_t size, uint32_t word);

// Adds a control record, which always finds room: where every slab is full, in memory of its own. How much that can
// become is bounded by the number of connections. False only where the system has no memory left.
bool pool_add_control(pool *pool, uint32_t kind, uint32_t connection, const void *bytes, uint32_t size, uint32_t word);

// Removes the oldest segment. True when that made room for data.
bool pool_remove_head(pool *pool);

// Puts `empty` in the place of the oldest segment, a slab, which is the caller's then.
void pool_replace_head(pool *pool, segment *empty);

#endif
