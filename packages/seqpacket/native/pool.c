#define _GNU_SOURCE
#include "pool.h"

#include <stdlib.h>
#include <string.h>

enum {
  SPILL_BYTES = 1 << 16,
  SPILL_RECORDS = 1 << 10,
  // One record of 16 bytes for every 64 bytes of slab: messages smaller than that on average fill the records first.
  BYTES_PER_RECORD = 64,
  FEWEST_RECORDS = 256,
};

static void add_unused(pool *pool, segment *slab) {
  slab->next = pool->unused;
  pool->unused = slab;
}

bool pool_create(pool *pool, size_t slab_count, size_t slab_size) {
  memset(pool, 0, sizeof *pool);
  pool->slabs = slabs_create(slab_size, slab_size / BYTES_PER_RECORD + FEWEST_RECORDS);
  if (pool->slabs == NULL) return false;
  for (size_t i = 0; i < slab_count; i++) {
    segment *slab = slabs_get(pool->slabs);
    if (slab == NULL) return false;
    add_unused(pool, slab);
  }
  return true;
}

void pool_destroy(pool *pool) {
  if (pool->slabs == NULL) return;
  while (pool->head != NULL) pool_remove_head(pool);
  while (pool->unused != NULL) {
    segment *slab = pool->unused;
    pool->unused = slab->next;
    slabs_put(slab);
  }
  slabs_release(pool->slabs);
  memset(pool, 0, sizeof *pool);
}

static bool has_room(const segment *segment, uint32_t size) {
  return segment != NULL && !segment->sealed && segment->records_used < segment->records_size &&
         size <= segment->bytes_size - segment->bytes_used;
}

static segment *append(pool *pool, segment *segment) {
  segment->next = NULL;
  if (pool->tail != NULL) {
    pool->tail->next = segment;
  } else {
    pool->head = segment;
  }
  pool->tail = segment;
  return segment;
}

static segment *append_unused(pool *pool, uint32_t size) {
  segment *slab = pool->unused;
  if (slab == NULL || size > slab->bytes_size) return NULL;
  pool->unused = slab->next;
  return append(pool, slab);
}

static segment *append_spill(pool *pool, uint32_t size) {
  segment *spill = calloc(1, sizeof *spill);
  if (spill == NULL) return NULL;
  spill->bytes_size = size > SPILL_BYTES ? size : SPILL_BYTES;
  spill->records_size = SPILL_RECORDS;
  spill->bytes = malloc(spill->bytes_size);
  spill->records = malloc(SPILL_RECORDS * RECORD_WORDS * sizeof *spill->records);
  if (spill->bytes == NULL || spill->records == NULL) {
    free(spill->bytes);
    free(spill->records);
    free(spill);
    return NULL;
  }
  return append(pool, spill);
}

static void add(segment *segment, uint32_t kind, uint32_t connection, const void *bytes, uint32_t size, uint32_t word) {
  uint32_t *record = segment->records + segment->records_used * RECORD_WORDS;
  record[0] = kind;
  record[1] = connection;
  record[2] = (uint32_t)segment->bytes_used;
  record[3] = word;
  segment->records_used++;
  if (size > 0) memcpy(segment->bytes + segment->bytes_used, bytes, size);
  segment->bytes_used += size;
  if (kind == RECORD_CLOSED) segment->closed++;
}

bool pool_add(pool *pool, uint32_t kind, uint32_t connection, const void *bytes, uint32_t size, uint32_t word) {
  // A spill is for control records alone: data in it would let the pool grow.
  segment *target = pool->tail;
  if (!has_room(target, size) || target->home == NULL) target = append_unused(pool, size);
  if (target == NULL) return false;
  add(target, kind, connection, bytes, size, word);
  return true;
}

bool pool_add_control(pool *pool, uint32_t kind, uint32_t connection, const void *bytes, uint32_t size, uint32_t word) {
  segment *target = pool->tail;
  if (!has_room(target, size)) target = append_unused(pool, size);
  if (target == NULL) target = append_spill(pool, size);
  if (target == NULL) return false;
  add(target, kind, connection, bytes, size, word);
  return true;
}

static segment *unqueue(pool *pool) {
  segment *head = pool->head;
  pool->head = head->next;
  if (pool->head == NULL) pool->tail = NULL;
  return head;
}

bool pool_remove_head(pool *pool) {
  segment *head = unqueue(pool);
  if (head->home == NULL) {
    free(head->bytes);
    free(head->records);
    free(head);
    return false;
  }
  segment_clear(head);
  add_unused(pool, head);
  return true;
}

void pool_replace_head(pool *pool, segment *empty) {
  (void)unqueue(pool);
  add_unused(pool, empty);
}
