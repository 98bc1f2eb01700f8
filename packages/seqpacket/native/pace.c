#include "pace.h"

#include "thread.h"

enum {
  BUSY = 4,     // records a millisecond; JavaScript is woken for each of fewer: 30 us each, a tenth of its time
  FLOOD = 100,  // likewise
  // Milliseconds, at least, that they gather in a flood: what a wake-up takes of both threads senders have to wait for.
  FLOOD_GATHERS = 4,
};

// So long they are counted: over less, a sender that has waited looks like a flood.
static const uint64_t window_ns = 5 * NS_PER_MS;

// JavaScript that is not waiting for packets, and takes none for so long, is kept from it.
static const uint64_t absent_ns = 20 * NS_PER_MS;

void pace_count(pace *pace, double records, bool waiting, uint64_t taken_at) {
  pace->records += records;
  const uint64_t now = now_ns(), passed = now - pace->from;
  if (passed < window_ns) return;
  const double rate = pace->records * NS_PER_MS / (double)passed;
  const bool absent = !waiting && now - taken_at >= absent_ns;
  *pace = (struct pace){.from = now, .busy = rate >= BUSY, .flooded = rate >= FLOOD && !absent, .absent = absent};
}

uint64_t pace_gathers_for(const pace *pace, uint32_t gather_ms) {
  if (!pace->busy) return 0;
  const bool longer = pace->flooded && gather_ms > 0 && gather_ms < FLOOD_GATHERS;
  return (uint64_t)(longer ? FLOOD_GATHERS : gather_ms) * NS_PER_MS;
}
