// How connections come to the thread that reads them: accepted by itself, or accepted by another and handed over.
//
// For the latter there is a SOCK_SEQPACKET pair for each who takes. What goes over it to the taker is a number and, as
// SCM_RIGHTS, the connection that shall have it; what comes back says of how many nothing is left, and, by coming at all,
// that somebody takes. Whoever of the two is gone has closed its end, and connections on the way are closed by the kernel.
#ifndef SEQPACKET_HANDOVER_H
#define SEQPACKET_HANDOVER_H

#include <stdint.h>

enum arrival {
  ARRIVAL_ONE,
  ARRIVAL_REFUSED,  // one that is closed already, as no descriptor was left for it
  ARRIVAL_NONE,     // nobody waits
  ARRIVAL_FAILED,   // for want of memory or descriptors; the listener stays readable
  ARRIVAL_END,      // nothing will come any more
};

// The next connection of a listening socket. `reserve` is a descriptor that is given up for a moment when there is no
// other, to refuse somebody properly: otherwise nobody learns of it, and the listener stays readable for ever.
enum arrival accept_next(int listener, int *reserve, int *fd);

// A descriptor for `reserve`; -1 where there is none.
int open_reserve(void);

// The next connection that was handed over, and its number.
enum arrival take_next(int socket, int *fd, uint32_t *number);

// Hands a connection over, which stays open here, too. 0, or an errno: EAGAIN where the taker has too many waiting.
int hand_over(int socket, int fd, uint32_t number);

// Tells the giver of how many connections nothing is left. Waits where too much of it has not been read.
void tell_gone(int socket, uint32_t count);

// What a taker has told: 1 with a count, 0 where there is no more, or -1 where the taker is gone.
int hear_gone(int socket, uint32_t *count);

#endif
