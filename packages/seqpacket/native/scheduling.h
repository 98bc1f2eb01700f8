// How the reader thread gets along with others who want its core. It is the caller's thread that every call is about.
#ifndef SEQPACKET_SCHEDULING_H
#define SEQPACKET_SCHEDULING_H

#include <stdbool.h>
#include <stdint.h>

// All zero at first.
typedef struct scheduling {
  bool prompt;
  int usual_nice;            // as it was before it was prompt
  uint64_t keep_core_until;  // somebody had it for long when it was lent
} scheduling;

// Whether the thread runs as soon as it is woken, though somebody else has the core, if not for long: so no socket fills
// behind JavaScript, or V8's own threads. It takes a slice of time that is short and, where the process may have it
// (CAP_SYS_NICE), a nice value that is lower by 10. Every wake-up costs more: senders are interrupted for each packet.
void be_prompt(scheduling *scheduling, bool prompt);

// Lets those go on who wait for this core, as the senders of what has come may: then a call reads more, and who sends
// while nobody waits has nobody to wake. Where many come a message costs both sides less by a tenth or two. Where somebody
// else keeps the core, senders meet full sockets meanwhile: it happens once, and then it is not lent for a while.
void lend_core(scheduling *scheduling);

#endif
