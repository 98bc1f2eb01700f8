#define _GNU_SOURCE
#include "scheduling.h"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "thread.h"

enum {
  SHORT_SLICE_NS = 100000,  // the shortest there is
  NICER = 10,
  LEAST_NICE = -20,
  LENDS = 2,
  LONG_NS = 2000000,   // a sender's socket is full long before: who has the core for so long is somebody else
  KEEP_NS = 50000000,  // for so long it is not lent then
  PROMPT_NS = 1000000000,  // for so long it stays prompt
};

// As sched_setattr(2) has it, by a name of our own: newer C libraries declare the other.
typedef struct attributes {
  uint32_t size;
  uint32_t policy;
  uint64_t flags;
  int32_t nice;
  uint32_t priority;
  uint64_t runtime;
  uint64_t deadline;
  uint64_t period;
} attributes;

static bool set(attributes *attributes) {
  return syscall(SYS_sched_setattr, 0, attributes, 0) == 0;
}

// Whether the thread runs as soon as it is woken, though somebody else has the core, if not for long: so no socket fills
// behind JavaScript, or V8's own threads. It takes a slice of time that is short and, where the process may have it (by
// CAP_SYS_NICE or RLIMIT_NICE), a nice value that is lower by 10. Every wake-up costs more: senders are interrupted for
// each packet.
static void be_prompt(scheduling *scheduling, bool prompt) {
  if (scheduling->prompt == prompt) return;
  scheduling->prompt = prompt;
  attributes attributes = {0};
  if (syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0) != 0) return;
  if (attributes.policy != SCHED_OTHER) return;
  const int32_t found = attributes.nice;
  // The slice of time, of which shorter ones preempt longer ones; 0 is the usual one. Linux before 6.12 ignores it.
  attributes.runtime = prompt ? SHORT_SLICE_NS : 0;
  if (prompt) {
    attributes.nice = found - NICER < LEAST_NICE ? LEAST_NICE : found - NICER;
  } else if (found == scheduling->prompt_nice) {
    // Else somebody has set another meanwhile, which stays.
    attributes.nice = scheduling->usual_nice;
  }
  if (!set(&attributes)) {
    attributes.nice = found;
    (void)set(&attributes);
  }
  scheduling->usual_nice = found;
  scheduling->prompt_nice = attributes.nice;
}

// Lets those go on who wait for this core, as the senders of what has come may: then a call reads more, and who sends
// while nobody waits has nobody to wake. Where many come a message costs both sides less by a tenth or two. Where
// somebody else keeps the core, senders meet full sockets meanwhile: it happens once, and then it is not lent for a while.
static void lend_core(scheduling *scheduling) {
  uint64_t before = now_ns();
  if (before < scheduling->keep_core_until) return;
  for (int i = 0; i < LENDS; i++) {
    (void)sched_yield();
    const uint64_t after = now_ns();
    if (after - before > LONG_NS) {
      scheduling->keep_core_until = after + KEEP_NS;
      return;
    }
    before = after;
  }
}

void be_usual(scheduling *scheduling) {
  be_prompt(scheduling, false);
}

void get_along(scheduling *scheduling, const pace *pace, bool late) {
  const uint64_t now = now_ns();
  if (!pace->flooded && (late || pace->absent)) scheduling->prompt_until = now + PROMPT_NS;
  be_prompt(scheduling, !pace->flooded && now < scheduling->prompt_until);
  if (pace->busy && !pace->absent) lend_core(scheduling);
}
