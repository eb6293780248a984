/// The methods a route can answer. HEAD is answered by every route for GET.
public enum HTTPMethod: String, Sendable, Hashable, CaseIterable {
  /// Reads.
  case get = "GET"
  /// Does something, or makes something.
  case post = "POST"
  /// Puts something in place of what was there.
  case put = "PUT"
  /// Changes a part.
  case patch = "PATCH"
  /// Takes away.
  case delete = "DELETE"
}
