// What the reader thread's parts share: the life of a connection, and how control records reach the pool.
#ifndef SEQPACKET_CONNECTION_H
#define SEQPACKET_CONNECTION_H

#include "reader.h"

enum { NS_PER_MS = 1000000 };

// What an epoll event is of: a connection as its id and slot, or one of these, which have no id.
enum tag { TAG_LISTENER, TAG_WAKE, TAG_CONTROL };

bool watch(int epoll, int fd, uint64_t tag);
void unwatch(int epoll, int fd);

uint64_t tag_of(const receiver *receiver, const connection *connection);

// The connection that an event is of, or NULL where it has been closed since.
connection *find(receiver *receiver, uint64_t tag);

void unlock_and_wake(receiver *receiver, bool wake);

// Adds a control record, with the lock held.
void add_control(receiver *receiver, uint32_t kind, uint32_t id, const void *bytes, uint32_t size, uint32_t word);

// Whether what was read is the end of the stream and not an empty packet.
bool is_end(const struct msghdr *message, ssize_t size);

// Notes that reading gave an errno; true where the connection is to be given up.
bool fail(connection *connection, int error);

// Closes the socket, frees the slot and adds the record.
void close_connection(receiver *receiver, connection *connection, int error);

#endif
