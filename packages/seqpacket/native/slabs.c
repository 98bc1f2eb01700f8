#define _GNU_SOURCE
#include "slabs.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>

// The most that are kept for use again: what JavaScript may hold between two collections where it makes little garbage.
enum { SPARE_SLABS = 256 };

struct slabs {
  pthread_mutex_t lock;
  segment *spare;  // a stack: the warmest first
  size_t spare_count;
  size_t holders;  // the creator, and every slab that is away
  bool keeping;    // there is load: what comes back is used again soon
  size_t bytes_size;
  size_t records_size;
  size_t memory_size;
};

static size_t round_up(size_t value, size_t step) {
  return (value + step - 1) / step * step;
}

slabs *slabs_create(size_t bytes, size_t records) {
  slabs *slabs = calloc(1, sizeof *slabs);
  if (slabs == NULL) return NULL;
  if (pthread_mutex_init(&slabs->lock, NULL) != 0) {
    free(slabs);
    return NULL;
  }
  slabs->holders = 1;
  slabs->bytes_size = bytes;
  slabs->records_size = records;
  slabs->memory_size = round_up(bytes, 64) + records * RECORD_WORDS * sizeof(uint32_t);
  return slabs;
}

static segment *make(slabs *slabs) {
  segment *slab = calloc(1, sizeof *slab);
  if (slab == NULL) return NULL;
  void *memory = mmap(NULL, slabs->memory_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    free(slab);
    return NULL;
  }
  slab->home = slabs;
  slab->bytes = memory;
  slab->bytes_size = slabs->bytes_size;
  slab->records = (uint32_t *)(void *)(slab->bytes + round_up(slabs->bytes_size, 64));
  slab->records_size = slabs->records_size;
  return slab;
}

static void destroy(segment *slab) {
  munmap(slab->bytes, slab->home->memory_size);
  free(slab);
}

static void destroy_all(segment *first) {
  while (first != NULL) {
    segment *next = first->next;
    destroy(first);
    first = next;
  }
}

static segment *take_spares(slabs *slabs) {
  segment *spare = slabs->spare;
  slabs->spare = NULL;
  slabs->spare_count = 0;
  return spare;
}

// Lets go of them, with the lock held, which is released; the last one frees them.
static void let_go(slabs *slabs) {
  const bool last = --slabs->holders == 0;
  pthread_mutex_unlock(&slabs->lock);
  if (!last) return;
  pthread_mutex_destroy(&slabs->lock);
  free(slabs);
}

segment *slabs_get(slabs *slabs) {
  pthread_mutex_lock(&slabs->lock);
  segment *slab = slabs->spare;
  if (slab != NULL) {
    slabs->spare = slab->next;
    slabs->spare_count--;
  } else {
    slab = make(slabs);
  }
  if (slab != NULL) slabs->holders++;
  slabs->keeping = true;
  pthread_mutex_unlock(&slabs->lock);
  return slab;
}

void slabs_put(segment *slab) {
  slabs *slabs = slab->home;
  pthread_mutex_lock(&slabs->lock);
  if (!slabs->keeping || slabs->spare_count == SPARE_SLABS) {
    destroy(slab);
  } else {
    segment_clear(slab);
    slab->next = slabs->spare;
    slabs->spare = slab;
    slabs->spare_count++;
  }
  let_go(slabs);
}

void slabs_trim(slabs *slabs) {
  pthread_mutex_lock(&slabs->lock);
  slabs->keeping = false;
  segment *spare = take_spares(slabs);
  pthread_mutex_unlock(&slabs->lock);
  destroy_all(spare);
}

void slabs_release(slabs *slabs) {
  pthread_mutex_lock(&slabs->lock);
  slabs->keeping = false;
  destroy_all(take_spares(slabs));
  let_go(slabs);
}
