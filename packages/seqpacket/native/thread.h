// Threads that have nothing to do with JavaScript.
#ifndef SEQPACKET_THREAD_H
#define SEQPACKET_THREAD_H

#include <pthread.h>
#include <stdint.h>

enum { NS_PER_MS = 1000000 };

// Nanoseconds of the monotonic clock.
uint64_t now_ns(void);

// Starts a thread with a small stack and every signal blocked. 0, or an errno.
int start_thread(pthread_t *thread, void *(*body)(void *argument), void *argument);

#endif
