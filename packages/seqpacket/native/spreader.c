#define _GNU_SOURCE
#include "spreader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "acceptor.h"
#include "connection.h"
#include "handover.h"

enum {
  AT_ONCE = 64,        // connections handed over in one go
  FULL_PAUSE_MS = 10,  // when every taker has too many waiting
  PATIENCE_MS = 10000, // how long connections wait while nobody takes; then they are refused
};

typedef struct taker {
  share_figures figures;  // number 0 where the slot is unused
  int socket;             // our end
  int kept;               // the taker's end, until somebody takes at it; then -1
  bool full;
} taker;

struct spreader {
  spreader_options options;
  pthread_t thread;
  bool joined;  // JavaScript thread only
  int wake_fd;
  int epoll;

  pthread_mutex_t lock;  // guards from here; the thread lets go of it only while it sleeps
  taker takers[TAKERS];
  double accepted;
  double refused;
  uint32_t next_share;
  uint32_t next_connection;
  uint32_t taking;  // shares that somebody takes at
  uint32_t held;    // connections of all takers
  bool closing;
  bool news;        // since the last spreader_look
  bool told;        // wake was called since
  int listener;
  int pending;  // a connection that nobody had room for, or -1
  int reserve;
  bool listening;        // the listener is watched
  uint64_t accept_from;  // no connection is accepted before, in nanoseconds
  uint64_t alone_since;
};

static void close_if_open(int *fd) {
  if (*fd >= 0) close(*fd);
  *fd = -1;
}

static uint64_t tag_of_taker(const spreader *spreader, const taker *taker) {
  return (uint64_t)taker->figures.number << 32 | (uint32_t)(taker - spreader->takers);
}

static void lose(spreader *spreader, taker *taker) {
  unwatch(spreader->epoll, taker->socket);
  close_if_open(&taker->socket);
  close_if_open(&taker->kept);
  spreader->held -= taker->figures.held;
  if (taker->figures.state == SHARE_TAKEN && --spreader->taking == 0) spreader->alone_since = now_ns();
  taker->figures.state = SHARE_GONE;
  spreader->news = true;
}

// Takes in what a taker tells. Its first word says that it is there: from then on only it has its end open, so that the
// kernel tells us when it is gone.
static void hear(spreader *spreader, taker *taker) {
  uint32_t gone;
  int heard;
  while ((heard = hear_gone(taker->socket, &gone)) > 0) {
    if (taker->figures.state == SHARE_OUT) {
      close_if_open(&taker->kept);
      taker->figures.state = SHARE_TAKEN;
      spreader->taking++;
    }
    if (gone > taker->figures.held) gone = taker->figures.held;
    taker->figures.held -= gone;
    spreader->held -= gone;
  }
  if (heard < 0) lose(spreader, taker);
}

static bool has_fewer(const taker *one, const taker *other) {
  if (one->figures.held != other->figures.held) return one->figures.held < other->figures.held;
  return one->figures.number < other->figures.number;
}

static taker *with_fewest(spreader *spreader) {
  taker *fewest = NULL;
  for (taker *taker = spreader->takers; taker < spreader->takers + TAKERS; taker++) {
    if (taker->figures.state != SHARE_TAKEN || taker->full) continue;
    if (fewest == NULL || has_fewer(taker, fewest)) fewest = taker;
  }
  return fewest;
}

static bool is_passing(int code) {
  return code == EAGAIN || code == EWOULDBLOCK || code == ETOOMANYREFS || code == ENOBUFS || code == ENOMEM;
}

enum given { GIVEN, REFUSED, NO_ROOM };

static enum given give(spreader *spreader, int fd) {
  if (spreader->held >= spreader->options.max_connections) return REFUSED;
  const bool alone = spreader->taking == 0;
  for (int i = 0; i < TAKERS; i++) spreader->takers[i].full = false;
  for (taker *taker; (taker = with_fewest(spreader)) != NULL;) {
    const int code = hand_over(taker->socket, fd, spreader->next_connection);
    if (code == 0) {
      spreader->next_connection = spreader->next_connection == UINT32_MAX ? 1 : spreader->next_connection + 1;
      spreader->accepted++;
      spreader->held++;
      taker->figures.held++;
      taker->figures.handed++;
      return GIVEN;
    }
    if (is_passing(code)) {
      taker->full = true;
    } else {
      lose(spreader, taker);
    }
  }
  return alone ? REFUSED : NO_ROOM;
}

static void count_refused(spreader *spreader) {
  spreader->refused++;
  spreader->news = true;
}

static void pause_for(spreader *spreader, uint64_t ms) {
  spreader->accept_from = now_ns() + ms * NS_PER_MS;
}

// Hands over what waits, up to a bound.
static void spread_waiting(spreader *spreader) {
  for (int i = 0; i < AT_ONCE; i++) {
    int fd = spreader->pending;
    spreader->pending = -1;
    const enum arrival arrival =
        fd >= 0 ? ARRIVAL_ONE : accept_next(spreader->listener, &spreader->reserve, &fd);
    if (arrival == ARRIVAL_NONE) return;
    if (arrival == ARRIVAL_FAILED) {
      pause_for(spreader, ACCEPT_PAUSE_MS);
      return;
    }
    const enum given given = arrival == ARRIVAL_ONE ? give(spreader, fd) : REFUSED;
    if (given == NO_ROOM) {
      spreader->pending = fd;
      pause_for(spreader, FULL_PAUSE_MS);
      return;
    }
    if (given == REFUSED) count_refused(spreader);
    if (arrival == ARRIVAL_ONE) close(fd);
  }
}

// Watches the listener while connections can be accepted; returns how long the thread may sleep, in milliseconds.
static int tend_listener(spreader *spreader) {
  const uint64_t now = now_ns();
  const uint64_t patient = spreader->alone_since + (uint64_t)PATIENCE_MS * NS_PER_MS;
  uint64_t from = spreader->accept_from;
  if (spreader->taking == 0 && patient > from) from = patient;
  const bool listening = from <= now;
  if (listening && !spreader->listening) {
    spreader->listening = watch(spreader->epoll, spreader->listener, TAG_LISTENER);
    if (!spreader->listening) pause_for(spreader, ACCEPT_PAUSE_MS);
  } else if (!listening && spreader->listening) {
    unwatch(spreader->epoll, spreader->listener);
    spreader->listening = false;
  }
  if (listening && spreader->pending >= 0) return 0;
  if (listening) return spreader->listening ? -1 : ACCEPT_PAUSE_MS;
  return (int)((from - now + NS_PER_MS - 1) / NS_PER_MS);
}

static void attend(spreader *spreader, uint64_t tag) {
  // What the listener has is handed over behind all else, and who wakes us has set `closing`.
  if (tag == TAG_LISTENER || tag == TAG_WAKE) return;
  taker *taker = &spreader->takers[(uint32_t)tag];
  if (taker->figures.number == tag >> 32 && taker->figures.state != SHARE_GONE) hear(spreader, taker);
}

// Sleeps until there is something to do; the lock is held before and after.
static void sleep_and_attend(spreader *spreader) {
  struct epoll_event events[EVENTS];
  const int timeout = tend_listener(spreader);
  const bool tell = spreader->news && !spreader->told;
  spreader->told = spreader->told || tell;
  pthread_mutex_unlock(&spreader->lock);
  if (tell) spreader->options.wake(spreader->options.wake_argument);
  const int count = epoll_wait(spreader->epoll, events, EVENTS, timeout);
  pthread_mutex_lock(&spreader->lock);
  // First who has ended, then who has come: whoever comes is given to the taker that has fewest now.
  bool waiting = spreader->pending >= 0 && timeout == 0;
  for (int i = 0; i < count; i++) {
    waiting = waiting || events[i].data.u64 == TAG_LISTENER;
    attend(spreader, events[i].data.u64);
  }
  if (waiting && !spreader->closing) spread_waiting(spreader);
}

static void close_all(spreader *spreader) {
  close_if_open(&spreader->listener);
  close_if_open(&spreader->pending);
  close_if_open(&spreader->reserve);
  for (int i = 0; i < TAKERS; i++) {
    close_if_open(&spreader->takers[i].socket);
    close_if_open(&spreader->takers[i].kept);
  }
}

static void *run(void *argument) {
  spreader *spreader = argument;
  (void)prctl(PR_SET_NAME, "seqpacket-share");
  pthread_mutex_lock(&spreader->lock);
  while (!spreader->closing) sleep_and_attend(spreader);
  close_all(spreader);
  pthread_mutex_unlock(&spreader->lock);
  return NULL;
}

static void free_spreader(spreader *spreader) {
  close_if_open(&spreader->wake_fd);
  close_if_open(&spreader->epoll);
  close_if_open(&spreader->reserve);
  pthread_mutex_destroy(&spreader->lock);
  free(spreader);
}

spreader *spreader_start(int listener, const spreader_options *options, const char **syscall) {
  *syscall = "malloc";
  spreader *spreader = calloc(1, sizeof *spreader);
  if (spreader == NULL) return NULL;
  spreader->options = *options;
  spreader->listener = listener;
  spreader->pending = -1;
  spreader->next_share = spreader->next_connection = 1;
  spreader->alone_since = now_ns();
  for (int i = 0; i < TAKERS; i++) spreader->takers[i].socket = spreader->takers[i].kept = -1;
  int code = pthread_mutex_init(&spreader->lock, NULL);
  if (code != 0) {
    free(spreader);
    errno = code;
    return NULL;
  }
  *syscall = "epoll_ctl";
  spreader->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  spreader->epoll = epoll_create1(EPOLL_CLOEXEC);
  spreader->reserve = open_reserve();
  code = spreader->wake_fd >= 0 && spreader->epoll >= 0 && spreader->reserve >= 0 &&
                 watch(spreader->epoll, spreader->wake_fd, TAG_WAKE)
             ? 0
             : errno;
  if (code == 0) {
    *syscall = "pthread_create";
    code = start_thread(&spreader->thread, run, spreader);
  }
  if (code == 0) return spreader;
  free_spreader(spreader);
  errno = code;
  return NULL;
}

static taker *find_unused(spreader *spreader) {
  for (int i = 0; i < TAKERS; i++) {
    if (spreader->takers[i].figures.number == 0) return &spreader->takers[i];
  }
  return NULL;
}

static int inode_of(int fd, uint32_t *inode) {
  struct stat stat;
  if (fstat(fd, &stat) != 0) return errno;
  *inode = (uint32_t)stat.st_ino;
  return S_ISSOCK(stat.st_mode) ? 0 : EBADF;
}

int spreader_share(spreader *spreader, share *share, const char **syscall) {
  int ends[2];
  *syscall = "socketpair";
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return errno;
  int code = inode_of(ends[1], &share->inode);
  pthread_mutex_lock(&spreader->lock);
  taker *taker = find_unused(spreader);
  if (code == 0 && spreader->closing) code = EPIPE;
  if (code == 0 && taker == NULL) code = ENOSPC;
  if (code == 0) {
    const uint32_t number = spreader->next_share;
    taker->figures = (share_figures){.number = number, .state = SHARE_OUT};
    // The thread may hear of it at once, and waits for the lock then.
    if (watch(spreader->epoll, ends[0], tag_of_taker(spreader, taker))) {
      taker->socket = ends[0];
      taker->kept = share->descriptor = ends[1];
      share->number = number;
      spreader->next_share = number == UINT32_MAX ? 1 : number + 1;
    } else {
      *syscall = "epoll_ctl";
      code = errno;
      taker->figures.number = 0;
    }
  }
  pthread_mutex_unlock(&spreader->lock);
  if (code == 0) return 0;
  close(ends[0]);
  close(ends[1]);
  return code;
}

void spreader_withdraw(spreader *spreader, uint32_t number) {
  pthread_mutex_lock(&spreader->lock);
  for (taker *taker = spreader->takers; taker < spreader->takers + TAKERS && !spreader->closing; taker++) {
    if (taker->figures.number != number || taker->figures.state != SHARE_OUT) continue;
    hear(spreader, taker);  // it may just have been taken
    if (taker->figures.state != SHARE_OUT) continue;
    lose(spreader, taker);
    taker->figures.number = 0;
  }
  pthread_mutex_unlock(&spreader->lock);
}

void spreader_look(spreader *spreader, spreader_figures *figures) {
  pthread_mutex_lock(&spreader->lock);
  figures->accepted = spreader->accepted;
  figures->refused = spreader->refused;
  figures->shares = 0;
  for (taker *taker = spreader->takers; taker < spreader->takers + TAKERS; taker++) {
    if (taker->figures.number == 0) continue;
    figures->each[figures->shares++] = taker->figures;
    if (taker->figures.state == SHARE_GONE) taker->figures.number = 0;
  }
  spreader->news = spreader->told = false;
  pthread_mutex_unlock(&spreader->lock);
}

void spreader_close(spreader *spreader) {
  if (spreader->joined) return;
  spreader->joined = true;
  pthread_mutex_lock(&spreader->lock);
  spreader->closing = true;
  pthread_mutex_unlock(&spreader->lock);
  const uint64_t one = 1;
  ssize_t written;
  do {
    written = write(spreader->wake_fd, &one, sizeof one);
  } while (written < 0 && errno == EINTR);
  (void)pthread_join(spreader->thread, NULL);
  close_if_open(&spreader->wake_fd);
  close_if_open(&spreader->epoll);
}

void spreader_destroy(spreader *spreader) {
  spreader_close(spreader);
  free_spreader(spreader);
}

int share_take(int descriptor, uint32_t inode, const char **syscall) {
  uint32_t found = 0;
  *syscall = "fcntl";
  int code = inode_of(descriptor, &found);
  if (code == 0 && found != inode) code = EBADF;
  if (code != 0) {
    errno = code;
    return -1;
  }
  const int fd = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
  if (fd < 0) return -1;
  // Once more of our own: the number may have become another's in between.
  code = inode_of(fd, &found);
  if (code == 0 && found == inode) return fd;
  close(fd);
  errno = EBADF;
  return -1;
}
