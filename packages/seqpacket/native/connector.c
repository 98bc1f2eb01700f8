// The connector as JavaScript calls it. Whatever may wait runs on libuv's thread pool, a slice of some milliseconds at
// a time: src/connection.ts asks again. So a full peer never holds a pool thread for long, and neither a worker thread
// nor the process, which both wait for running work, hangs at its end.
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "addon.h"
#include "napi-util.h"

enum {
  CHUNK_PACKETS = 256,
  CHUNK_BYTES = 256 * 1024,
};

static const napi_type_tag connector_tag = {0x41f7c0a98b2d4e63, 0xb3c85d16e97f20a4};

typedef struct connector {
  int fd;
  bool busy;  // work is running: whoever closes leaves the descriptor to its end
  bool closed;
} connector;

// Packets to send: a copy, as JavaScript may detach or change its own while the work runs.
typedef struct chunk {
  unsigned char *bytes;
  struct mmsghdr messages[CHUNK_PACKETS];
  struct iovec parts[CHUNK_PACKETS];
  uint32_t count;
} chunk;

typedef struct work {
  napi_async_work async;
  napi_ref handle;
  napi_ref done;  // the function that takes the result; a promise would leak when the environment goes down
  connector *connector;
  int slice_ms;
  chunk *chunk;       // what to send, or NULL to receive
  unsigned char *in;  // where to receive
  size_t in_size;
  ssize_t result;  // packets sent or bytes received, or a negative errno
} work;

static void close_descriptor(connector *connector) {
  if (connector->fd >= 0) close(connector->fd);
  connector->fd = -1;
}

static void finalize(napi_env env, void *native, void *hint) {
  (void)env;
  (void)hint;
  close_descriptor(native);
  free(native);
}

// connect(path): handle, or undefined where the listener's backlog is full just now
static napi_value js_connect(napi_env env, napi_callback_info info) {
  napi_value argument;
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length;
  if (!get_arguments(env, info, 1, &argument)) return NULL;
  CHECK(env, napi_get_value_string_utf8(env, argument, address.sun_path, sizeof address.sun_path, &length));
  const int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) {
    throw_errno(env, "socket", errno);
    return NULL;
  }
  if (connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
    const int code = errno;
    close(fd);
    if (code != EAGAIN && code != EINTR) throw_errno(env, "connect", code);
    return NULL;
  }
  connector *connector = calloc(1, sizeof *connector);
  if (connector == NULL) {
    close(fd);
    throw_errno(env, "malloc", ENOMEM);
    return NULL;
  }
  connector->fd = fd;
  napi_value handle = make_handle(env, connector, &connector_tag, finalize);
  if (handle == NULL) finalize(env, connector, NULL);
  return handle;
}

static connector *get_connector(napi_env env, napi_callback_info info, size_t count, napi_value *arguments) {
  if (!get_arguments(env, info, count, arguments)) return NULL;
  return get_handle(env, arguments[0], &connector_tag);
}

static void free_chunk(chunk *chunk) {
  if (chunk != NULL) free(chunk->bytes);
  free(chunk);
}

// The packets from `first` on: packet i is bytes[offsets[i]] up to bytes[offsets[i + 1]]. At least one, else as many
// as the bounds of a chunk allow. NULL with an exception pending.
static chunk *read_chunk(napi_env env, napi_value bytes_value, napi_value offsets_value, napi_value first_value) {
  const unsigned char *bytes;
  const uint32_t *offsets;
  size_t size, offset_count;
  uint32_t first;
  if (!get_bytes(env, bytes_value, &bytes, &size)) return NULL;
  if (!get_words(env, offsets_value, &offsets, &offset_count)) return NULL;
  CHECK(env, napi_get_value_uint32(env, first_value, &first));
  uint32_t count = 0;
  while ((size_t)first + count + 1 < offset_count && count < CHUNK_PACKETS) {
    const uint32_t from = offsets[first + count], to = offsets[first + count + 1];
    if (from > to || to > size) {
      (void)napi_throw_range_error(env, NULL, "offsets must rise and end within the bytes");
      return NULL;
    }
    if (count > 0 && to - offsets[first] > CHUNK_BYTES) break;
    count++;
  }
  chunk *chunk = calloc(1, sizeof *chunk);
  const size_t begin = count > 0 ? offsets[first] : 0;
  const size_t total = count > 0 ? offsets[first + count] - begin : 0;
  if (chunk != NULL) chunk->bytes = malloc(total + 1);
  if (chunk == NULL || chunk->bytes == NULL) {
    free_chunk(chunk);
    throw_errno(env, "malloc", ENOMEM);
    return NULL;
  }
  if (total > 0) memcpy(chunk->bytes, bytes + begin, total);
  chunk->count = count;
  for (uint32_t i = 0; i < count; i++) {
    chunk->parts[i].iov_base = chunk->bytes + (offsets[first + i] - begin);
    chunk->parts[i].iov_len = offsets[first + i + 1] - offsets[first + i];
    chunk->messages[i].msg_hdr.msg_iov = &chunk->parts[i];
    chunk->messages[i].msg_hdr.msg_iovlen = 1;
  }
  return chunk;
}

static int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

// Sends what goes, waiting up to `slice_ms` for room. Returns the packets sent, or a negative errno where none went.
static ssize_t send_chunk(int fd, chunk *chunk, int slice_ms) {
  const int64_t until = now_ms() + slice_ms;
  uint32_t sent = 0;
  while (sent < chunk->count) {
    const int count = sendmmsg(fd, chunk->messages + sent, chunk->count - sent, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count > 0) {
      sent += (uint32_t)count;
      continue;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) return sent > 0 ? (ssize_t)sent : -errno;
    struct pollfd room = {.fd = fd, .events = POLLOUT};
    const int64_t left = until - now_ms();
    if (left <= 0 || poll(&room, 1, (int)left) <= 0) break;
  }
  return (ssize_t)sent;
}

static ssize_t receive(int fd, void *bytes, size_t size, int slice_ms) {
  struct pollfd data = {.fd = fd, .events = POLLIN};
  if (poll(&data, 1, slice_ms) <= 0) return -EAGAIN;
  const ssize_t count = recv(fd, bytes, size, MSG_DONTWAIT | MSG_TRUNC);
  if (count < 0) return -errno;
  return (size_t)count > size ? -EMSGSIZE : count;
}

// trySend(handle, bytes, offsets, first): packets sent or a negative errno
static napi_value js_try_send(napi_env env, napi_callback_info info) {
  napi_value arguments[4], result;
  connector *connector = get_connector(env, info, 4, arguments);
  if (connector == NULL) return NULL;
  chunk *chunk = read_chunk(env, arguments[1], arguments[2], arguments[3]);
  if (chunk == NULL) return NULL;
  const ssize_t sent = connector->closed ? -EBADF : send_chunk(connector->fd, chunk, 0);
  free_chunk(chunk);
  CHECK(env, napi_create_int64(env, sent, &result));
  return result;
}

static void execute(napi_env env, void *data) {
  (void)env;
  work *work = data;
  const int fd = work->connector->fd;
  if (work->chunk != NULL) {
    work->result = send_chunk(fd, work->chunk, work->slice_ms);
  } else {
    work->result = receive(fd, work->in, work->in_size, work->slice_ms);
  }
}

static void free_work(napi_env env, work *work) {
  if (work->async != NULL) (void)napi_delete_async_work(env, work->async);
  if (work->handle != NULL) (void)napi_delete_reference(env, work->handle);
  if (work->done != NULL) (void)napi_delete_reference(env, work->done);
  free_chunk(work->chunk);
  free(work->in);
  free(work);
}

static napi_value result_of(napi_env env, const work *work) {
  napi_value value;
  void *data;
  if (work->chunk != NULL || work->result <= 0) {
    CHECK(env, napi_create_int64(env, work->result, &value));
  } else {
    CHECK(env, napi_create_arraybuffer(env, (size_t)work->result, &data, &value));
    memcpy(data, work->in, (size_t)work->result);
  }
  return value;
}

static void complete(napi_env env, napi_status status, void *data) {
  work *work = data;
  connector *connector = work->connector;
  connector->busy = false;
  if (connector->closed) close_descriptor(connector);
  if (status != napi_ok) work->result = -ECANCELED;
  napi_value done, global, value = result_of(env, work);
  // When the environment goes down this fails, and nobody is left who waits for the result.
  if (value != NULL && napi_get_reference_value(env, work->done, &done) == napi_ok &&
      napi_get_global(env, &global) == napi_ok) {
    (void)napi_call_function(env, global, done, 1, &value, NULL);
  }
  free_work(env, work);
}

// Queues the work; its result goes to the function `done`. It keeps the handle, and so the connector, alive.
static void queue(napi_env env, napi_value handle, napi_value done, work *work) {
  napi_value name;
  if (napi_create_reference(env, handle, 1, &work->handle) != napi_ok ||
      napi_create_reference(env, done, 1, &work->done) != napi_ok ||
      napi_create_string_utf8(env, "seqpacket", NAPI_AUTO_LENGTH, &name) != napi_ok ||
      napi_create_async_work(env, NULL, name, execute, complete, work, &work->async) != napi_ok ||
      napi_queue_async_work(env, work->async) != napi_ok) {
    throw_last_error(env);
    free_work(env, work);
    return;
  }
  work->connector->busy = true;
}

static work *create_work(napi_env env, connector *connector, napi_value slice_ms) {
  int slice;
  CHECK(env, napi_get_value_int32(env, slice_ms, &slice));
  if (connector->busy || connector->closed) {
    throw_errno(env, "send", connector->closed ? EBADF : EBUSY);
    return NULL;
  }
  work *work = calloc(1, sizeof *work);
  if (work == NULL) {
    throw_errno(env, "malloc", ENOMEM);
    return NULL;
  }
  work->connector = connector;
  work->slice_ms = slice;
  return work;
}

// send(handle, bytes, offsets, first, sliceMs, done): gives `done` the packets sent, or a negative errno if none went
static napi_value js_send(napi_env env, napi_callback_info info) {
  napi_value arguments[6];
  connector *connector = get_connector(env, info, 6, arguments);
  if (connector == NULL) return NULL;
  work *work = create_work(env, connector, arguments[4]);
  if (work == NULL) return NULL;
  work->chunk = read_chunk(env, arguments[1], arguments[2], arguments[3]);
  if (work->chunk == NULL) {
    free_work(env, work);
    return NULL;
  }
  queue(env, arguments[0], arguments[5], work);
  return NULL;
}

// receive(handle, limit, sliceMs, done): gives `done` the packet, 0 at the end of the stream, or a negative errno
static napi_value js_receive(napi_env env, napi_callback_info info) {
  napi_value arguments[4];
  uint32_t limit;
  connector *connector = get_connector(env, info, 4, arguments);
  if (connector == NULL) return NULL;
  CHECK(env, napi_get_value_uint32(env, arguments[1], &limit));
  work *work = create_work(env, connector, arguments[2]);
  if (work == NULL) return NULL;
  work->in_size = limit;
  work->in = malloc((size_t)limit + 1);
  if (work->in == NULL) {
    free_work(env, work);
    throw_errno(env, "malloc", ENOMEM);
    return NULL;
  }
  queue(env, arguments[0], arguments[3], work);
  return NULL;
}

// disconnect(handle): at once for the peer; the descriptor is closed when no work uses it
static napi_value js_disconnect(napi_env env, napi_callback_info info) {
  napi_value argument;
  connector *connector = get_connector(env, info, 1, &argument);
  if (connector == NULL || connector->closed) return NULL;
  connector->closed = true;
  if (connector->busy) {
    (void)shutdown(connector->fd, SHUT_RDWR);  // ends the work's wait
  } else {
    close_descriptor(connector);
  }
  return NULL;
}

bool connector_init(napi_env env, napi_value exports) {
  static const method methods[] = {
      {"connect", js_connect}, {"send", js_send},          {"trySend", js_try_send},
      {"receive", js_receive}, {"disconnect", js_disconnect},
  };
  return set_methods(env, exports, methods, sizeof methods / sizeof *methods);
}
