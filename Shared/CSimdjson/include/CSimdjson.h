// A C face of simdjson's document model: one parsed document, and values that point into it.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A parsed document; it owns all that its values show.
typedef struct earned_json_document earned_json_document;

/// A value of a document, valid for as long as the document is. Two words: simdjson's own reference into its tape.
typedef struct {
  const void *document;
  size_t index;
} earned_json_value;

/// The place of a walk over an array or an object.
typedef struct {
  earned_json_value position;
  earned_json_value end;
} earned_json_cursor;

typedef enum {
  EARNED_JSON_NULL,
  EARNED_JSON_BOOL,
  EARNED_JSON_INTEGER,
  EARNED_JSON_UNSIGNED,
  EARNED_JSON_DOUBLE,
  EARNED_JSON_STRING,
  EARNED_JSON_ARRAY,
  EARNED_JSON_OBJECT
} earned_json_kind;

/// Parses a whole text. Returns the document, or NULL with `*problem` set to a static sentence.
earned_json_document *earned_json_parse(const uint8_t *bytes, size_t count, const char **problem);
void earned_json_free(earned_json_document *document);

earned_json_value earned_json_root(const earned_json_document *document);
earned_json_kind earned_json_kind_of(earned_json_value value);

// Each reads a value of the kind that its name says; the caller has asked for the kind before.
bool earned_json_bool(earned_json_value value);
int64_t earned_json_integer(earned_json_value value);
double earned_json_double(earned_json_value value);
const char *earned_json_string(earned_json_value value, size_t *count);

/// The member of that name, the first one where a name stands twice. False where there is none or the value is no object.
bool earned_json_member(earned_json_value object, const char *name, size_t count, earned_json_value *member);

earned_json_cursor earned_json_walk(earned_json_value container);
bool earned_json_next_element(earned_json_cursor *cursor, earned_json_value *element);
bool earned_json_next_member(
    earned_json_cursor *cursor, const char **name, size_t *name_count, earned_json_value *member);

#ifdef __cplusplus
}
#endif
