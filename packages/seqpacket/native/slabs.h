// Where slabs come from, and where they go that JavaScript has taken for its own: memory that a thread of its own fills
// and the garbage collector gives back, whenever it likes, used again while it is warm and its pages are there.
#ifndef SEQPACKET_SLABS_H
#define SEQPACKET_SLABS_H

#include <stddef.h>

#include "segment.h"

typedef struct slabs slabs;

// Slabs of so many bytes and records each; NULL where there is no memory. Whoever creates them holds them.
slabs *slabs_create(size_t bytes, size_t records);

// A slab, empty, that holds the slabs until it is put back; NULL where there is no memory. Its memory is reserved, and
// resident only as it fills.
segment *slabs_get(slabs *slabs);

// Takes a slab back, from any thread and also after the release.
void slabs_put(segment *slab);

// Frees what is kept for use again, and until the next slabs_get also what is put back.
void slabs_trim(slabs *slabs);

// Their creator, who puts back what it has before, needs them no more: with the last slab that is away, all is freed.
void slabs_release(slabs *slabs);

#endif
