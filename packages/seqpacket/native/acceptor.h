// How connections come in: accepted or handed over, or refused, and their first packet answered.
#ifndef SEQPACKET_ACCEPTOR_H
#define SEQPACKET_ACCEPTOR_H

#include "reader.h"

enum { ACCEPT_PAUSE_MS = 100 };  // when accepting fails for want of memory or descriptors

// Accepts what waits, or takes what was handed over, up to a bound.
void accept_all(receiver *receiver);

// Tells whoever hands connections over of how many nothing is left.
void tell_giver(receiver *receiver, uint32_t gone);

// Reads and answers the first packet of a connection, which from then on is an established one.
void shake_hands(receiver *receiver, connection *connection);

void close_listener(receiver *receiver);

#endif
