/// Answers a request, at once or later from another thread, through the responder.
///
/// It runs on a thread of the server that other connections wait for: it must not block.
public typealias HTTPHandler = @Sendable (HTTPRequest, HTTPResponder) -> Void

/// Which handler answers which method and path.
///
/// A pattern is a path in which `{name}` stands for one part and `{name...}`, at the end, for all the rest. Where several patterns fit, a
/// written-out part goes before a name.
public struct Router: Sendable {
  private var root = Node()

  /// No routes.
  public init() {}

  /// Adds a route. Adding the same method and pattern twice is a mistake in the program.
  ///
  /// - Parameter bodyLimitBytes: the largest body it takes; nil for the server's limit.
  public mutating func on(
    _ method: HTTPMethod, _ pattern: String, bodyLimitBytes: Int? = nil, _ handler: @escaping HTTPHandler
  ) {
    precondition(pattern.hasPrefix("/"), "The route \(pattern) does not begin with a slash.")
    let route = Route(pattern: pattern, bodyLimitBytes: bodyLimitBytes, handler: handler)
    root.insert(
      route, for: method, at: pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: false)[...])
  }

  /// Adds a route whose answer is known at once: it must not block, as every handler. A problem it throws is the answer.
  public mutating func on(
    _ method: HTTPMethod, _ pattern: String, bodyLimitBytes: Int? = nil,
    answer: @escaping @Sendable (HTTPRequest) throws(HTTPProblem) -> HTTPResponse
  ) {
    on(method, pattern, bodyLimitBytes: bodyLimitBytes) { request, responder in
      do throws(HTTPProblem) {
        responder.respond(try answer(request))
      } catch {
        responder.respond(error.response)
      }
    }
  }

  func match(_ method: String, _ path: String) throws(HTTPProblem) -> Match {
    var parts: [String] = []
    for part in path.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
      guard let decoded = percentDecoded(part, plusIsBlank: false) else { throw HTTPProblem.malformedPath }
      parts.append(decoded)
    }
    guard path.hasPrefix("/"), let found = root.find(parts[...]) else { throw HTTPProblem.noRoute(method, path) }
    // MHD leaves the body out of an answer to HEAD by itself.
    guard let known = HTTPMethod(rawValue: method == "HEAD" ? "GET" : method), let route = found.routes[known] else {
      let allowed = HTTPMethod.allCases.filter { found.routes[$0] != nil }.map(\.rawValue)
      throw HTTPProblem.wrongMethod(method, path, allowed: allowed + (allowed.contains("GET") ? ["HEAD"] : []))
    }
    return Match(route: route, parameters: found.parameters)
  }

  struct Match {
    let route: Route
    let parameters: [String: String]
  }

  struct Route: Sendable {
    let pattern: String
    let bodyLimitBytes: Int?
    let handler: HTTPHandler
  }
}

/// The routes behind one part of a path.
private struct Node: Sendable {
  var routes: [HTTPMethod: Router.Route] = [:]
  var literals: [String: Node] = [:]
  /// The node of `{name}`, in a dictionary of at most one, because a struct cannot hold itself.
  var named: [String: Node] = [:]
  /// The routes of `{name...}`, in a dictionary of at most one.
  var rest: [String: [HTTPMethod: Router.Route]] = [:]

  mutating func insert(_ route: Router.Route, for method: HTTPMethod, at parts: ArraySlice<Substring>) {
    guard let part = parts.first else { return add(route, for: method, to: &routes) }
    guard part.hasPrefix("{"), part.hasSuffix("}") else {
      literals[String(part), default: Node()].insert(route, for: method, at: parts.dropFirst())
      return
    }
    let name = String(part.dropFirst().dropLast())
    if name.hasSuffix("...") {
      precondition(parts.count == 1, "In the route \(route.pattern) something follows the rest of the path.")
      add(route, for: method, to: &rest[String(name.dropLast(3)), default: [:]])
    } else {
      named[name, default: Node()].insert(route, for: method, at: parts.dropFirst())
    }
    precondition(named.count <= 1 && rest.count <= 1, "A part of \(route.pattern) has another name in another route.")
  }

  private func add(_ route: Router.Route, for method: HTTPMethod, to routes: inout [HTTPMethod: Router.Route]) {
    precondition(routes[method] == nil, "The route \(method.rawValue) \(route.pattern) is added twice.")
    routes[method] = route
  }

  func find(_ parts: ArraySlice<String>) -> (routes: [HTTPMethod: Router.Route], parameters: [String: String])? {
    guard let part = parts.first else { return routes.isEmpty ? nil : (routes, [:]) }
    if let found = literals[part]?.find(parts.dropFirst()) { return found }
    if !part.isEmpty, let (name, node) = named.first, var found = node.find(parts.dropFirst()) {
      found.parameters[name] = part
      return found
    }
    return rest.first.map { ($0.value, [$0.key: parts.joined(separator: "/")]) }
  }
}
