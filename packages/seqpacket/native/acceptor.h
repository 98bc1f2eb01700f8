// How connections come in: accepted or refused, and their first packet answered.
#ifndef SEQPACKET_ACCEPTOR_H
#define SEQPACKET_ACCEPTOR_H

#include "reader.h"

enum { ACCEPT_PAUSE_MS = 100 };  // when accepting fails for want of memory or descriptors

// Accepts what waits, up to a bound.
void accept_all(receiver *receiver);

// Reads and answers the first packet of a connection, which from then on is an established one.
void shake_hands(receiver *receiver, connection *connection);

void close_listener(receiver *receiver);

#endif
