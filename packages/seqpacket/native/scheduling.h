// How the reader thread gets along with others who want its core. It is the caller's thread that every call is about.
#ifndef SEQPACKET_SCHEDULING_H
#define SEQPACKET_SCHEDULING_H

#include <stdbool.h>
#include <stdint.h>

#include "pace.h"

// All zero at first.
typedef struct scheduling {
  bool prompt;               // see be_prompt
  uint64_t prompt_until;     // in nanoseconds, as the next
  uint64_t keep_core_until;  // somebody had it for long when it was lent
  int32_t usual_nice;        // as it was before it was prompt, ...
  int32_t prompt_nice;       // ... and since
} scheduling;

// Called before packets are read. Where many come, their senders go on first. In a flood senders have to wait anyway; where
// they need not, the thread is prompt for a second after it came `late`, when a sender had many packets waiting, and while
// JavaScript keeps the cores busy with something else.
void get_along(scheduling *scheduling, const pace *pace, bool late);

// Called where nothing is to be read for a while: the thread is no longer prompt.
void be_usual(scheduling *scheduling);

#endif
