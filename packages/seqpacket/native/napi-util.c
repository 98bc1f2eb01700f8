#include "napi-util.h"

#include <string.h>

void throw_last_error(napi_env env) {
  const napi_extended_error_info *info = NULL;
  const napi_status status = napi_get_last_error_info(env, &info);
  bool pending = false;
  if (napi_is_exception_pending(env, &pending) != napi_ok || pending) return;
  const char *message = status == napi_ok && info->error_message != NULL ? info->error_message : "Node-API call failed";
  // Where even this fails the environment is going down, and nobody is left to tell.
  (void)napi_throw_error(env, NULL, message);
}

void throw_errno(napi_env env, const char *syscall, int code) {
  napi_value message, error, number, name;
  if (napi_create_string_utf8(env, strerror(code), NAPI_AUTO_LENGTH, &message) != napi_ok ||
      napi_create_error(env, NULL, message, &error) != napi_ok ||
      napi_create_int32(env, code, &number) != napi_ok ||
      napi_set_named_property(env, error, "errno", number) != napi_ok ||
      napi_create_string_utf8(env, syscall, NAPI_AUTO_LENGTH, &name) != napi_ok ||
      napi_set_named_property(env, error, "syscall", name) != napi_ok || napi_throw(env, error) != napi_ok) {
    throw_last_error(env);
  }
}

bool get_arguments(napi_env env, napi_callback_info info, size_t count, napi_value *values) {
  size_t given = count;
  if (napi_get_cb_info(env, info, &given, values, NULL, NULL) != napi_ok) {
    throw_last_error(env);
    return false;
  }
  if (given >= count) return true;
  (void)napi_throw_type_error(env, NULL, "too few arguments");
  return false;
}

void *get_handle(napi_env env, napi_value value, const napi_type_tag *tag) {
  bool same = false;
  void *native = NULL;
  if (napi_check_object_type_tag(env, value, tag, &same) != napi_ok || !same ||
      napi_unwrap(env, value, &native) != napi_ok) {
    (void)napi_throw_type_error(env, NULL, "not a handle of this kind");
    return NULL;
  }
  return native;
}

napi_value make_handle(napi_env env, void *native, const napi_type_tag *tag, napi_finalize finalize) {
  napi_value handle;
  CHECK(env, napi_create_object(env, &handle));
  CHECK(env, napi_type_tag_object(env, handle, tag));
  CHECK(env, napi_wrap(env, handle, native, finalize, NULL, NULL));
  return handle;
}

static bool get_array(napi_env env, napi_value value, napi_typedarray_type wanted, void **data, size_t *length) {
  napi_typedarray_type type;
  if (napi_get_typedarray_info(env, value, &type, length, data, NULL, NULL) == napi_ok && type == wanted) return true;
  (void)napi_throw_type_error(env, NULL, wanted == napi_uint8_array ? "not a Uint8Array" : "not a Uint32Array");
  return false;
}

bool get_bytes(napi_env env, napi_value value, const unsigned char **bytes, size_t *size) {
  void *data = NULL;
  if (!get_array(env, value, napi_uint8_array, &data, size)) return false;
  *bytes = data;
  return true;
}

bool get_words(napi_env env, napi_value value, const uint32_t **words, size_t *count) {
  void *data = NULL;
  if (!get_array(env, value, napi_uint32_array, &data, count)) return false;
  *words = data;
  return true;
}

bool set_methods(napi_env env, napi_value exports, const method *methods, size_t count) {
  for (size_t i = 0; i < count; i++) {
    napi_value function;
    if (napi_create_function(env, methods[i].name, NAPI_AUTO_LENGTH, methods[i].call, NULL, &function) != napi_ok ||
        napi_set_named_property(env, exports, methods[i].name, function) != napi_ok) {
      throw_last_error(env);
      return false;
    }
  }
  return true;
}
