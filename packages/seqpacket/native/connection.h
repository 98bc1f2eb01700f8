// What the reader thread's parts share: the life of a connection, and how control records reach the pool.
#ifndef SEQPACKET_CONNECTION_H
#define SEQPACKET_CONNECTION_H

#include "reader.h"

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

// How reading tells an empty packet, which SEQPACKET allows, from the end of the stream, as both read as zero bytes:
//
// With SO_PASSCRED every packet carries its sender's credentials, and as there is no buffer for them, the kernel marks
// every true packet with MSG_CTRUNC. The end carries nothing and has no mark. But the credentials cost both sides time
// with every packet, so they are asked for only once a connection shows a hang-up or reads zero bytes: from then on it
// is careful. Zero bytes read just before are packets if the peer has not hung up even now. If it has, they may be
// either, and are left out: of a peer that sends its first empty packets in the very microseconds in which it hangs up,
// these may go uncounted.
//
// (That there is no buffer also means that descriptors a peer attaches are closed by the kernel and never reach us.)
void mark_packets(connection *connection);

// Whether what was read is, if the connection was careful, the end of the stream.
bool is_end(const struct msghdr *message, size_t size);

// After zero bytes without a mark, read while not careful: true where they were packets. Makes the connection careful.
bool is_open(connection *connection);

// Notes that reading gave an errno; true where the connection is to be given up.
bool fail(connection *connection, int error);

// Closes the socket, frees the slot and adds the record.
void close_connection(receiver *receiver, connection *connection, int error);

#endif
