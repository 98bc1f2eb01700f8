// What every binding file needs of Node-API: checked calls, arguments, errors that carry an errno.
#ifndef SEQPACKET_NAPI_UTIL_H
#define SEQPACKET_NAPI_UTIL_H

#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Returns NULL from the calling function, with an exception pending, unless `call` went well.
#define CHECK(env, call)           \
  do {                             \
    if ((call) != napi_ok) {       \
      throw_last_error(env);       \
      return NULL;                 \
    }                              \
  } while (0)

// Throws what the last Node-API call said, unless an exception is pending already.
void throw_last_error(napi_env env);

// Throws an Error with the properties `errno` and `syscall`.
void throw_errno(napi_env env, const char *syscall, int code);

// Fills `values` with exactly `count` arguments; false, with an exception pending, where there are fewer.
bool get_arguments(napi_env env, napi_callback_info info, size_t count, napi_value *values);

// The native object behind a handle that make_handle made with the same tag; NULL with an exception pending otherwise.
void *get_handle(napi_env env, napi_value value, const napi_type_tag *tag);

// A JavaScript object that stands for `native`, which `finalize` frees when it is collected. NULL with an exception
// pending where that fails, and then `native` is still the caller's.
napi_value make_handle(napi_env env, void *native, const napi_type_tag *tag, napi_finalize finalize);

// The bytes of a Uint8Array; they are JavaScript's, and valid until the call returns. False with an exception pending.
bool get_bytes(napi_env env, napi_value value, const unsigned char **bytes, size_t *size);

// The words of a Uint32Array, likewise.
bool get_words(napi_env env, napi_value value, const uint32_t **words, size_t *count);

typedef struct method {
  const char *name;
  napi_callback call;
} method;

// Sets the methods on `exports`; false with an exception pending.
bool set_methods(napi_env env, napi_value exports, const method *methods, size_t count);

#endif
