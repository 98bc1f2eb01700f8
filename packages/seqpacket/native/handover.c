#define _GNU_SOURCE
#include "handover.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int open_reserve(void) {
  return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static enum arrival refuse_next(int listener, int *reserve) {
  if (*reserve >= 0) close(*reserve);
  const int fd = *reserve < 0 ? -1 : accept4(listener, NULL, NULL, SOCK_CLOEXEC);
  if (fd >= 0) close(fd);
  *reserve = open_reserve();
  return fd >= 0 ? ARRIVAL_REFUSED : ARRIVAL_FAILED;
}

enum arrival accept_next(int listener, int *reserve, int *fd) {
  do {
    *fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  } while (*fd < 0 && (errno == EINTR || errno == ECONNABORTED));
  if (*fd >= 0) return ARRIVAL_ONE;
  if (errno == EAGAIN || errno == EWOULDBLOCK) return ARRIVAL_NONE;
  return errno == EMFILE || errno == ENFILE ? refuse_next(listener, reserve) : ARRIVAL_FAILED;
}

// Room for one descriptor, aligned as the kernel writes it.
typedef union control {
  struct cmsghdr header;
  char bytes[CMSG_SPACE(sizeof(int))];
} control;

enum arrival take_next(int socket, int *fd, uint32_t *number) {
  control control;
  struct iovec part = {.iov_base = number, .iov_len = sizeof *number};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  ssize_t size;
  do {
    message.msg_control = &control;
    message.msg_controllen = sizeof control;
    size = recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    // ECONNRESET: the giver is gone and has not read all that it was told. What it gave before comes behind.
  } while (size < 0 && (errno == EINTR || errno == ECONNRESET));
  if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return ARRIVAL_NONE;
  if (size != sizeof *number) return ARRIVAL_END;
  const struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  if (header == NULL || header->cmsg_type != SCM_RIGHTS || header->cmsg_len != CMSG_LEN(sizeof *fd)) {
    return ARRIVAL_REFUSED;  // the kernel had no descriptor left for it
  }
  memcpy(fd, CMSG_DATA(header), sizeof *fd);
  return ARRIVAL_ONE;
}

int hand_over(int socket, int fd, uint32_t number) {
  control control;
  memset(&control, 0, sizeof control);
  struct iovec part = {.iov_base = &number, .iov_len = sizeof number};
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof fd);
  memcpy(CMSG_DATA(header), &fd, sizeof fd);
  ssize_t size;
  do {
    size = sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  } while (size < 0 && errno == EINTR);
  return size < 0 ? errno : 0;
}

void tell_gone(int socket, uint32_t count) {
  ssize_t size;
  do {
    size = send(socket, &count, sizeof count, MSG_NOSIGNAL);
  } while (size < 0 && errno == EINTR);
}

int hear_gone(int socket, uint32_t *count) {
  ssize_t size;
  do {
    size = recv(socket, count, sizeof *count, MSG_DONTWAIT);
  } while (size < 0 && errno == EINTR);
  if (size == sizeof *count) return 1;
  return size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) ? 0 : -1;
}
