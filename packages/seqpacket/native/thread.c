#define _GNU_SOURCE
#include "thread.h"

#include <signal.h>
#include <time.h>

enum { THREAD_STACK = 256 * 1024 };

uint64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

int start_thread(pthread_t *thread, void *(*body)(void *argument), void *argument) {
  pthread_attr_t attributes;
  int code = pthread_attr_init(&attributes);
  if (code != 0) return code;
  sigset_t all, before;
  sigfillset(&all);
  code = pthread_attr_setstacksize(&attributes, THREAD_STACK);
  // The thread inherits the mask: signals stay the business of the threads that know them.
  if (code == 0) code = pthread_sigmask(SIG_SETMASK, &all, &before);
  if (code == 0) {
    code = pthread_create(thread, &attributes, body, argument);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
  }
  (void)pthread_attr_destroy(&attributes);
  return code;
}
