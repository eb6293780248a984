#include "CSimdjson.h"

#include <cstring>
#include <new>
#include <string_view>

#include <simdjson.h>

namespace dom = simdjson::dom;

struct earned_json_document {
  dom::document document;
  dom::element root;
};

// simdjson's elements and iterators are references of two words into a document's tape, and trivially copyable; this
// is what lets C and Swift carry them by value.
template <typename Reference> static earned_json_value packed(const Reference &reference) {
  static_assert(sizeof(Reference) == sizeof(earned_json_value) && std::is_trivially_copyable<Reference>::value,
                "a reference into the tape is two plain words");
  earned_json_value value;
  std::memcpy(static_cast<void *>(&value), &reference, sizeof value);
  return value;
}

template <typename Reference> static Reference unpacked(earned_json_value value) {
  Reference reference;
  std::memcpy(static_cast<void *>(&reference), &value, sizeof value);
  return reference;
}

extern "C" {

earned_json_document *earned_json_parse(const uint8_t *bytes, size_t count, const char **problem) {
  // The parser's scratch memory is kept by its thread; what it parsed goes into a document of its own.
  static thread_local dom::parser parser;
  auto *document = new (std::nothrow) earned_json_document;
  if (document == nullptr) {
    *problem = "out of memory";
    return nullptr;
  }
  auto error = parser.parse_into_document(document->document, bytes, count, true).get(document->root);
  if (error) {
    *problem = simdjson::error_message(error);
    delete document;
    return nullptr;
  }
  return document;
}

void earned_json_free(earned_json_document *document) { delete document; }

earned_json_value earned_json_root(const earned_json_document *document) { return packed(document->root); }

earned_json_kind earned_json_kind_of(earned_json_value value) {
  switch (unpacked<dom::element>(value).type()) {
  case dom::element_type::NULL_VALUE: return EARNED_JSON_NULL;
  case dom::element_type::BOOL: return EARNED_JSON_BOOL;
  case dom::element_type::INT64: return EARNED_JSON_INTEGER;
  case dom::element_type::UINT64: return EARNED_JSON_UNSIGNED;
  case dom::element_type::DOUBLE: return EARNED_JSON_DOUBLE;
  case dom::element_type::STRING: return EARNED_JSON_STRING;
  case dom::element_type::ARRAY: return EARNED_JSON_ARRAY;
  case dom::element_type::OBJECT: return EARNED_JSON_OBJECT;
  }
  return EARNED_JSON_NULL;
}

bool earned_json_bool(earned_json_value value) { return unpacked<dom::element>(value).get_bool().value_unsafe(); }

int64_t earned_json_integer(earned_json_value value) {
  return unpacked<dom::element>(value).get_int64().value_unsafe();
}

double earned_json_double(earned_json_value value) {
  return unpacked<dom::element>(value).get_double().value_unsafe();
}

const char *earned_json_string(earned_json_value value, size_t *count) {
  std::string_view text = unpacked<dom::element>(value).get_string().value_unsafe();
  *count = text.size();
  return text.data();
}

bool earned_json_member(earned_json_value object, const char *name, size_t count, earned_json_value *member) {
  dom::object fields;
  if (unpacked<dom::element>(object).get_object().get(fields)) {
    return false;
  }
  dom::element found;
  if (fields.at_key(std::string_view(name, count)).get(found)) {
    return false;
  }
  *member = packed(found);
  return true;
}

earned_json_cursor earned_json_walk(earned_json_value container) {
  auto element = unpacked<dom::element>(container);
  dom::array array;
  if (!element.get_array().get(array)) {
    return {packed(array.begin()), packed(array.end())};
  }
  dom::object object;
  if (!element.get_object().get(object)) {
    return {packed(object.begin()), packed(object.end())};
  }
  return {container, container};
}

bool earned_json_next_element(earned_json_cursor *cursor, earned_json_value *element) {
  if (cursor->position.index == cursor->end.index) {
    return false;
  }
  auto iterator = unpacked<dom::array::iterator>(cursor->position);
  *element = packed(*iterator);
  ++iterator;
  cursor->position = packed(iterator);
  return true;
}

bool earned_json_next_member(
    earned_json_cursor *cursor, const char **name, size_t *name_count, earned_json_value *member) {
  if (cursor->position.index == cursor->end.index) {
    return false;
  }
  auto iterator = unpacked<dom::object::iterator>(cursor->position);
  std::string_view key = iterator.key();
  *name = key.data();
  *name_count = key.size();
  *member = packed(iterator.value());
  ++iterator;
  cursor->position = packed(iterator);
  return true;
}

} // extern "C"
